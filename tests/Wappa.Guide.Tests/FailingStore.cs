using System.Runtime.CompilerServices;

namespace Wappa.Guide.Tests;

/// <summary>A store that cannot be reached while <see cref="IsDown"/>.</summary>
internal sealed class FailingStore(IDocumentStore inner) : IDocumentStore
{
    internal bool IsDown { get; set; } = true;

    public string Backend => "failing";

    private IDocumentStore Store => IsDown
        ? throw new CacheStoreUnavailableException("The store cannot be reached. Nothing changed; try again later.")
        : inner;

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        Store.GetAsync(key, cancellationToken);

    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        Store.GetFieldAsync(key, field, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        Store.GetTtlAsync(key, cancellationToken);

    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        Store.ApplyAsync(key, change, cancellationToken);

    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        Store.CommitAsync(writes, cancellationToken);

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        Store.GetManyAsync(keys, cancellationToken);

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        Store.WriteManyAsync(writes, cancellationToken);

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var record in Store.ListAsync(set, cancellationToken)) yield return record;
    }

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        Store.DeleteAllAsync(set, cancellationToken);
}
