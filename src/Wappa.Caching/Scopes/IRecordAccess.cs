namespace Wappa.Caching;

/// <summary>
/// The few operations a kind of cache really consists of; <see cref="IRecordCache{TKey}"/> says everything else in terms of
/// them. What wraps a cache (a unit of work, a recorder) implements these and has the rest.
/// </summary>
/// <remarks>Source of the meaning of each change: <see cref="RecordTransition"/>.</remarks>
/// <typeparam name="TKey">A name, or a <see cref="TableKey"/>.</typeparam>
public interface IRecordAccess<TKey>
{
    /// <summary>How values are written, and how long they live by default.</summary>
    RecordCacheSettings Settings { get; }

    /// <summary>Reads one record as the store has it.</summary>
    ValueTask<DocumentRecord> GetRecordAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads a record whose time to live nobody will look at: a store that asks for it separately may leave it out.</summary>
    internal ValueTask<DocumentRecord> GetContentAsync(TKey key, CancellationToken cancellationToken = default) =>
        GetRecordAsync(key, cancellationToken);

    /// <summary>Reads a record of which only one field is wanted; its document holds at least that field.</summary>
    ValueTask<DocumentRecord> GetRecordFieldAsync(TKey key, string field, CancellationToken cancellationToken = default);

    /// <summary>How long the record still lives.</summary>
    ValueTask<CacheTtl> GetTtlAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Makes one change, atomically.</summary>
    ValueTask<ChangeResult> ApplyAsync(TKey key, RecordChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads, changes and writes a record until nobody else was faster.</summary>
    /// <param name="key">The record.</param>
    /// <param name="change">From the current record, or a miss, to the next document. May run more than once.</param>
    /// <param name="ttl">Time to live; omitted: kept, the default on create.</param>
    /// <param name="cancellationToken">Stops the attempts.</param>
    ValueTask UpdateRecordAsync(
        TKey key, Func<DocumentRecord, CacheDocument> change, TimeSpan? ttl, CancellationToken cancellationToken = default);

    /// <summary>Reads many records, each on its own, in one round trip.</summary>
    ValueTask<IReadOnlyList<DocumentRecord>> GetRecordsAsync(
        IReadOnlyList<TKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Sets and deletes many records, each on its own, in one round trip.</summary>
    ValueTask<IReadOnlyList<ChangeResult>> WriteRecordsAsync(
        IReadOnlyList<KeyValuePair<TKey, RecordChange>> writes, CancellationToken cancellationToken = default);
}
