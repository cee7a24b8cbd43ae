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

    public async ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        await Store.GetAsync(key, cancellationToken);

    public async ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        await Store.GetFieldAsync(key, field, cancellationToken);

    public async ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        await Store.GetTtlAsync(key, cancellationToken);

    public async ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        await Store.ApplyAsync(key, change, cancellationToken);

    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        await Store.CommitAsync(writes, cancellationToken);

    public async ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        await Store.GetManyAsync(keys, cancellationToken);

    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        await Store.WriteManyAsync(writes, cancellationToken);

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var record in Store.ListAsync(set, cancellationToken)) yield return record;
    }

    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        await Store.DeleteAllAsync(set, cancellationToken);
}
