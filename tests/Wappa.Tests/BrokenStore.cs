using Wappa.Caching;

namespace Wappa.Tests;

/// <summary>A store whose backend is down, and whose error quotes what nobody outside may see.</summary>
/// <param name="failure">What each call throws.</param>
internal sealed class BrokenStore(Exception failure) : IDocumentStore
{
    public string Backend => "broken";

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => throw Down();

    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) => throw Down();

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        ValueTask.FromException<CacheTtl>(Down());

    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) => throw Down();

    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) => throw Down();

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) => throw Down();

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) => throw Down();

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => throw Down();

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) => throw Down();

    private Exception Down() => failure;
}
