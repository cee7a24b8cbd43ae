namespace Wappa.Caching;

/// <summary>Who may see and reset the statistics that <c>MapCacheStats</c> maps.</summary>
public sealed class CacheStatsOptions
{
    /// <summary>Whether anybody may read them. Resetting stays closed. Default: false.</summary>
    public bool AllowAnonymousReads { get; set; }
}
