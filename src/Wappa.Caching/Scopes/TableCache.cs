namespace Wappa.Caching.Scopes;

/// <summary>The table cache of one tenant.</summary>
internal sealed class TableCache(IDocumentStore store, IDocumentStore strict, RecordCacheSettings settings, string tenant)
    : RecordCache<TableKey>(store, strict, settings), ITableCache
{
    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListRecordsAsync(
        string table, string prefix = "", CancellationToken cancellationToken = default) =>
        Store.ListAsync(RowsOf(table, prefix), cancellationToken);

    public ValueTask<long> DeleteAllAsync(string table, string prefix = "", CancellationToken cancellationToken = default) =>
        Store.DeleteAllAsync(RowsOf(table, prefix), cancellationToken);

    protected override RecordKey KeyOf(TableKey key)
    {
        CacheName.ThrowIfReserved(key.TableName, "table");
        return RecordKey.Table(tenant, key);
    }

    private RecordSet RowsOf(string table, string prefix)
    {
        ArgumentNullException.ThrowIfNull(table);
        CacheName.ThrowIfReserved(table, "table");
        return RecordSet.Rows(tenant, table, prefix);
    }
}
