namespace Wappa.Caching.Scopes;

/// <summary>The operations of a cache, sent to a store under the cache's keys.</summary>
/// <param name="store">The store, behind the app's failure mode.</param>
/// <param name="strict">The same store without it, for updates: a failing store must not look like a missing record there.</param>
/// <param name="settings">How values are written, and how long they live.</param>
internal abstract class RecordCache<TKey>(IDocumentStore store, IDocumentStore strict, RecordCacheSettings settings)
    : IRecordCache<TKey>
{
    private readonly IContentStore? _content = store as IContentStore;

    public RecordCacheSettings Settings => settings;

    protected IDocumentStore Store => store;

    public ValueTask<DocumentRecord> GetRecordAsync(TKey key, CancellationToken cancellationToken = default) =>
        store.GetAsync(KeyOf(key), cancellationToken);

    ValueTask<DocumentRecord> IRecordAccess<TKey>.GetContentAsync(TKey key, CancellationToken cancellationToken) =>
        _content is null ? store.GetAsync(KeyOf(key), cancellationToken) : _content.GetContentAsync(KeyOf(key), cancellationToken);

    public ValueTask<DocumentRecord> GetRecordFieldAsync(
        TKey key, string field, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        return store.GetFieldAsync(KeyOf(key), field, cancellationToken);
    }

    public ValueTask<CacheTtl> GetTtlAsync(TKey key, CancellationToken cancellationToken = default) =>
        store.GetTtlAsync(KeyOf(key), cancellationToken);

    public ValueTask<ChangeResult> ApplyAsync(TKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        store.ApplyAsync(KeyOf(key), change, cancellationToken);

    public async ValueTask UpdateRecordAsync(
        TKey key, Func<DocumentRecord, CacheDocument> change, TimeSpan? ttl, CancellationToken cancellationToken = default)
    {
        var record = KeyOf(key);
        var current = await strict.GetAsync(record, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            // Each failed attempt means that somebody else's change went through, so the loop as a whole advances.
            cancellationToken.ThrowIfCancellationRequested();
            var next = change(current);
            RecordChange attempt = current.IsHit
                ? new RecordChange.ReplaceIf(next, current.Revision, ttl)
                : new RecordChange.CreateIfAbsent(next, ttl ?? settings.DefaultTtl);
            var result = await strict.ApplyAsync(record, attempt, cancellationToken).ConfigureAwait(false);
            if (result.Applied) return;
            current = result.Record;
        }
    }

    public ValueTask<IReadOnlyList<DocumentRecord>> GetRecordsAsync(
        IReadOnlyList<TKey> keys, CancellationToken cancellationToken = default) =>
        store.GetManyAsync([.. keys.Select(KeyOf)], cancellationToken);

    public ValueTask<IReadOnlyList<ChangeResult>> WriteRecordsAsync(
        IReadOnlyList<KeyValuePair<TKey, RecordChange>> writes, CancellationToken cancellationToken = default) =>
        store.WriteManyAsync([.. writes.Select(write => new RecordWrite(KeyOf(write.Key), write.Value))], cancellationToken);

    protected abstract RecordKey KeyOf(TKey key);
}
