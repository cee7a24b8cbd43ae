namespace Wappa.Caching;

/// <summary>How the app's store of entries serves ASP.NET Core's output caching.</summary>
public sealed class WappaOutputCacheOptions
{
    /// <summary>Under which namespace responses are kept, 1 to 256 characters: what <see cref="CacheManager.ClearNamespaceAsync"/> takes.
    /// Default: <c>output</c>.</summary>
    public string Namespace { get; set; } = "output";

    internal void ThrowIfInvalid()
    {
        if (CacheName.IsValid(Namespace)) return;
        throw new ArgumentException(
            $"{nameof(WappaOutputCacheOptions)}.{nameof(Namespace)} is no valid name: 1 to {CacheName.MaxLength} characters, none of " +
            "them a control character.");
    }
}
