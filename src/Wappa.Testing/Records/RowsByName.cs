namespace Wappa.Testing.Records;

/// <summary>The rows of one table addressed by name, so that one test speaks to states, user records and rows
/// alike.</summary>
internal sealed class RowsByName(ITableCache cache, string table) : IRecordCache<string>
{
    public RecordCacheSettings Settings => cache.Settings;

    public ValueTask<DocumentRecord> GetRecordAsync(string key, CancellationToken cancellationToken = default) =>
        cache.GetRecordAsync(Row(key), cancellationToken);

    public ValueTask<DocumentRecord> GetRecordFieldAsync(
        string key, string field, CancellationToken cancellationToken = default) =>
        cache.GetRecordFieldAsync(Row(key), field, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        cache.GetTtlAsync(Row(key), cancellationToken);

    public ValueTask<ChangeResult> ApplyAsync(
        string key, RecordChange change, CancellationToken cancellationToken = default) =>
        cache.ApplyAsync(Row(key), change, cancellationToken);

    public ValueTask UpdateRecordAsync(
        string key, Func<DocumentRecord, CacheDocument> change, TimeSpan? ttl,
        CancellationToken cancellationToken = default) =>
        cache.UpdateRecordAsync(Row(key), change, ttl, cancellationToken);

    public ValueTask<IReadOnlyList<DocumentRecord>> GetRecordsAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        cache.GetRecordsAsync([.. keys.Select(Row)], cancellationToken);

    public ValueTask<IReadOnlyList<ChangeResult>> WriteRecordsAsync(
        IReadOnlyList<KeyValuePair<string, RecordChange>> writes, CancellationToken cancellationToken = default) =>
        cache.WriteRecordsAsync(
            [.. writes.Select(write => KeyValuePair.Create(Row(write.Key), write.Value))], cancellationToken);

    private TableKey Row(string key) => TableKey.Row(table, key);
}
