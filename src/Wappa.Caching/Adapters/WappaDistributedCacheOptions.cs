using Wappa.Caching.Adapters;

namespace Wappa.Caching;

/// <summary>How the app's store of entries serves as <c>IDistributedCache</c>.</summary>
public sealed class WappaDistributedCacheOptions
{
    /// <summary>Under which namespace its entries are kept, 1 to 256 characters: what <see cref="CacheManager.ClearNamespaceAsync"/>
    /// takes. Default: <c>distributed</c>.</summary>
    public string Namespace { get; set; } = "distributed";

    /// <summary>How long one operation of the store may take, above zero; <see langword="null"/>: as long as the store lets it. Then the
    /// caller gets <see cref="CacheStoreTimeoutException"/>. Default: 5 seconds, what the backends allow themselves.</summary>
    public TimeSpan? StoreTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal void ThrowIfInvalid()
    {
        AdapterNamespace.ThrowIfInvalid(Namespace, $"{nameof(WappaDistributedCacheOptions)}.{nameof(Namespace)}");
        CacheEntryPolicy.Above0(StoreTimeout, $"{nameof(WappaDistributedCacheOptions)}.{nameof(StoreTimeout)}");
    }
}
