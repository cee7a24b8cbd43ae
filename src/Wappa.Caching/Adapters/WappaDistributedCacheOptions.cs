using Wappa.Caching.Adapters;

namespace Wappa.Caching;

/// <summary>How the app's store of entries serves as <c>IDistributedCache</c>.</summary>
public sealed class WappaDistributedCacheOptions
{
    /// <summary>Under which namespace its entries are kept, 1 to 256 characters: what <see cref="CacheManager.ClearNamespaceAsync"/>
    /// takes. Default: <c>distributed</c>.</summary>
    public string Namespace { get; set; } = "distributed";

    internal void ThrowIfInvalid() =>
        AdapterNamespace.ThrowIfInvalid(Namespace, $"{nameof(WappaDistributedCacheOptions)}.{nameof(Namespace)}");
}
