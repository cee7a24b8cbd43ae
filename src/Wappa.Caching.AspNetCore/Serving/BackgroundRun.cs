namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>A feature of a request that the cache makes for itself: the endpoint runs without the cache.</summary>
internal sealed class BackgroundRun
{
    internal static readonly BackgroundRun Mark = new();
}
