using Wappa.Caching.Adapters;

namespace Wappa.Caching;

/// <summary>How the app's store of entries serves as <c>HybridCache</c>.</summary>
public sealed class WappaHybridCacheOptions
{
    /// <summary>Under which namespace its entries are kept, 1 to 256 characters: what <see cref="CacheManager.ClearNamespaceAsync"/>
    /// takes, and the cache's name in metrics. Default: <c>hybrid</c>.</summary>
    public string Namespace { get; set; } = "hybrid";

    /// <summary>How entries live and are loaded when a call says nothing else: what HybridCache has no options for, such as stale values
    /// while the source fails, is set here. Default: a time to live of 5 minutes.</summary>
    public CacheEntryPolicy Policy { get; set; } = CacheEntryPolicy.Default with { Ttl = TimeSpan.FromMinutes(5) };

    internal void ThrowIfInvalid()
    {
        AdapterNamespace.ThrowIfInvalid(Namespace, $"{nameof(WappaHybridCacheOptions)}.{nameof(Namespace)}");
        if (Policy is null) throw new ArgumentException($"{nameof(WappaHybridCacheOptions)}.{nameof(Policy)} is null.");
        Policy.ThrowIfInvalid();
    }
}
