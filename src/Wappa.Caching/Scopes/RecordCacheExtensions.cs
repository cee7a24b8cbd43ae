namespace Wappa.Caching;

/// <summary>Operations built on the others.</summary>
public static class RecordCacheExtensions
{
    /// <summary>As <c>IncrementFieldAsync</c>, but a failing store is an answer, not an exception.</summary>
    /// <returns>A hit with the new value, or the <see cref="CacheResult{T}.Error"/>.</returns>
    /// <exception cref="CacheTypeException">The field is not a whole number, or the sum does not fit.</exception>
    public static async ValueTask<CacheResult<long>> TryIncrementFieldAsync<TKey>(
        this IRecordCache<TKey> cache, TKey key, string field, long by = 1, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return await TryAsync(() => cache.IncrementFieldAsync(key, field, by, ttl, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>As <c>AppendToListAsync</c>, but a failing store is an answer, not an exception.</summary>
    /// <returns>A hit with the new length, or the <see cref="CacheResult{T}.Error"/>.</returns>
    /// <exception cref="CacheTypeException">The field is not an array.</exception>
    public static async ValueTask<CacheResult<long>> TryAppendToListAsync<TKey, T>(
        this IRecordCache<TKey> cache, TKey key, string field, T value, int? maxLength = null, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return await TryAsync(() => cache.AppendToListAsync(key, field, value, maxLength, ttl, cancellationToken))
            .ConfigureAwait(false);
    }

    private static async ValueTask<CacheResult<long>> TryAsync(Func<ValueTask<long>> operation)
    {
        try
        {
            return CacheResult<long>.Hit(await operation().ConfigureAwait(false), default);
        }
        catch (CacheStoreException error)
        {
            return CacheResult<long>.Failed(error);
        }
    }
}
