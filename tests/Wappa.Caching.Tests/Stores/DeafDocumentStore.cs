namespace Wappa.Caching.Tests.Stores;

/// <summary>A store whose operations cannot be stopped once they are called, as one behind a client that ignores its token.</summary>
internal sealed class DeafDocumentStore(IDocumentStore inner) : IDocumentStore
{
    public string Backend => inner.Backend;

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, default);

    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default) =>
        inner.GetFieldAsync(key, field, default);

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) => inner.GetTtlAsync(key, default);

    public ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        inner.ApplyAsync(key, change, default);

    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        inner.CommitAsync(writes, default);

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) => inner.GetManyAsync(keys, default);

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) => inner.WriteManyAsync(writes, default);

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => inner.ListAsync(set, default);

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) => inner.DeleteAllAsync(set, default);
}
