using Wappa.Caching;

namespace JsonCacheBot.Statistics;

/// <summary>Counts what goes to a store and comes back.</summary>
internal sealed class CountingStore(IDocumentStore inner, CallCounts counts) : IDocumentStore, IDocumentStoreLayer
{
    // So that what the store can do beyond its contract is still found.
    public IDocumentStore Inner => inner;

    public string Backend => inner.Backend;

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        CountAsync(inner.GetAsync(key, cancellationToken), record => counts.CountRead(record.IsHit));

    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default) =>
        CountAsync(inner.GetFieldAsync(key, field, cancellationToken), record => counts.CountRead(record.IsHit));

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        CountAsync(inner.GetTtlAsync(key, cancellationToken), ttl => counts.CountRead(ttl != CacheTtl.Missing));

    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        CountAsync(inner.ApplyAsync(key, change, cancellationToken), _ => counts.CountWrites(1));

    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        CountAsync(inner.CommitAsync(writes, cancellationToken), _ => counts.CountWrites(writes.Count));

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        CountAsync(inner.GetManyAsync(keys, cancellationToken), records =>
        {
            foreach (var record in records) counts.CountRead(record.IsHit);
        });

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        CountAsync(inner.WriteManyAsync(writes, cancellationToken), _ => counts.CountWrites(writes.Count));

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => inner.ListAsync(set, cancellationToken);

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        CountAsync(inner.DeleteAllAsync(set, cancellationToken), deleted => counts.CountWrites((int)deleted));

    private async ValueTask<T> CountAsync<T>(ValueTask<T> call, Action<T> count)
    {
        try
        {
            var result = await call;
            count(result);
            return result;
        }
        catch (CacheStoreException)
        {
            counts.CountError();
            throw;
        }
    }
}
