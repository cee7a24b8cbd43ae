using System.Runtime.CompilerServices;
using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>A store of records that can be down.</summary>
/// <param name="inner">The store.</param>
/// <param name="throwIfDown">Throws while it is.</param>
internal sealed class FailingDocumentStore(IDocumentStore inner, Action throwIfDown)
    : IDocumentStore, IDocumentStoreLayer, IAsyncDisposable, IDisposable
{
    public IDocumentStore Inner => inner;

    public string Backend => inner.Backend;

    private IDocumentStore Up
    {
        get
        {
            throwIfDown();
            return inner;
        }
    }

    public async ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        await Up.GetAsync(key, cancellationToken).ConfigureAwait(false);

    public async ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        await Up.GetFieldAsync(key, field, cancellationToken).ConfigureAwait(false);

    public async ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        await Up.GetTtlAsync(key, cancellationToken).ConfigureAwait(false);

    public async ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        await Up.ApplyAsync(key, change, cancellationToken).ConfigureAwait(false);

    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        await Up.CommitAsync(writes, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        await Up.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        await Up.WriteManyAsync(writes, cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var record in Up.ListAsync(set, cancellationToken).ConfigureAwait(false))
        {
            throwIfDown();
            yield return record;
        }
    }

    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        await Up.DeleteAllAsync(set, cancellationToken).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (inner is IAsyncDisposable store) await store.DisposeAsync().ConfigureAwait(false);
        else Dispose();
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
