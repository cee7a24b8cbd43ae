namespace Wappa.Caching;

/// <summary>What the health checks of this family of packages have in common.</summary>
public static class CachingHealth
{
    /// <summary>The tag of checks that say how well the app can work: <c>/health/ready</c> of a bot asks those. A failing cache is
    /// reported as degraded, not as dead: restarting the process would not help.</summary>
    public const string ReadyTag = "wappa-ready";
}
