namespace Wappa.Caching.Scopes;

/// <summary>The table cache of one tenant.</summary>
internal sealed class TableCache(IDocumentStore store, IDocumentStore strict, RecordCacheSettings settings, string tenant)
    : RecordCache<TableKey>(store, strict, settings), ITableCache
{
    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListRecordsAsync(
        string table, string prefix = "", CancellationToken cancellationToken = default) =>
        Store.ListAsync(RecordSet.Rows(tenant, table, prefix), cancellationToken);

    public ValueTask<long> DeleteAllAsync(string table, string prefix = "", CancellationToken cancellationToken = default) =>
        Store.DeleteAllAsync(RecordSet.Rows(tenant, table, prefix), cancellationToken);

    protected override RecordKey KeyOf(TableKey key) => RecordKey.Table(tenant, key);
}
