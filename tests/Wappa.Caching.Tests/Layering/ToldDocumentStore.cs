namespace Wappa.Caching.Tests.Layering;

/// <summary>A shared store in memory that tells of each change right after it was made.</summary>
internal sealed class ToldDocumentStore(MemoryDocumentStore inner, Action<RecordKey> told) : IDocumentStore
{
    public string Backend => "told";

    /// <summary>How many calls read records.</summary>
    internal int Reads { get; private set; }

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        Reads++;
        return inner.GetAsync(key, cancellationToken);
    }

    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default)
    {
        Reads++;
        return inner.GetFieldAsync(key, field, cancellationToken);
    }

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetTtlAsync(key, cancellationToken);

    public async ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        var result = await inner.ApplyAsync(key, change, cancellationToken);
        if (result.Applied) told(key);
        return result;
    }

    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        var result = await inner.CommitAsync(writes, cancellationToken);
        if (result.Committed) TellAll(writes);
        return result;
    }

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        Reads++;
        return inner.GetManyAsync(keys, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        var results = await inner.WriteManyAsync(writes, cancellationToken);
        TellAll(writes);
        return results;
    }

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => inner.ListAsync(set, cancellationToken);

    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        var keys = new List<RecordKey>();
        await foreach (var (key, _) in inner.ListAsync(set, cancellationToken)) keys.Add(key);
        var deleted = await inner.DeleteAllAsync(set, cancellationToken);
        foreach (var key in keys) told(key);
        return deleted;
    }

    private void TellAll(IReadOnlyList<RecordWrite> writes)
    {
        foreach (var (key, _) in writes) told(key);
    }
}
