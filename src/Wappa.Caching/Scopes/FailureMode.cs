namespace Wappa.Caching;

/// <summary>What record operations do when their store fails.</summary>
public enum FailureMode
{
    /// <summary>Throw <see cref="CacheStoreException"/>: records are data. The default.</summary>
    Throw,

    /// <summary>Log, count, and return null, false, 0 or an empty list, as the original did. Increment, append, update and
    /// commit have no such value and throw all the same; <c>TryIncrementFieldAsync</c> and <c>TryAppendToListAsync</c> give
    /// a <see cref="CacheResult{T}"/> instead.</summary>
    ReturnDefault,
}
