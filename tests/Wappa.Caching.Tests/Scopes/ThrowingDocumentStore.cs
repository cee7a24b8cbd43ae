namespace Wappa.Caching.Tests.Scopes;

/// <summary>A store that fails before it has made a task of anything: the rudest way to fail.</summary>
internal sealed class ThrowingDocumentStore(Func<Exception> error) : IDocumentStore
{
    public string Backend => "throwing";

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        throw error();

    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) => throw error();

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        throw error();

    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) => throw error();

    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) => throw error();

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) => throw error();

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) => throw error();

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => throw error();

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        throw error();
}
