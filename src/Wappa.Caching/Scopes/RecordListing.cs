using System.Runtime.CompilerServices;

namespace Wappa.Caching.Scopes;

/// <summary>A listing of records as a listing of values.</summary>
internal static class RecordListing
{
    internal static async IAsyncEnumerable<CacheItem<T>> AsItemsAsync<T>(
        this IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> records, RecordCacheSettings settings,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (key, record) in records.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return new(key.Name, settings.Value<T>(record)!, record.Revision, record.Ttl);
    }

    /// <summary>The records of a listing that are the app's.</summary>
    internal static async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> WithoutReservedAsync(
        this IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> records,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var pair in records.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!CacheName.IsReserved(pair.Key.Name)) yield return pair;
        }
    }
}
