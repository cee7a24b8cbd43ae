using System.Linq.Expressions;

namespace Wappa.Testing.Records;

/// <summary>The rows of one table addressed by name, so that one test speaks to states, user records and rows alike. It uses
/// the calls with table and id wherever the table cache has them.</summary>
internal sealed class RowsByName(ITableCache cache, string table) : IRecordCache<string>
{
    public ValueTask<CacheDocument?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        cache.GetAsync(table, key, cancellationToken);

    public ValueTask<T?> GetAsync<T>(string key, CancellationToken cancellationToken = default) =>
        cache.GetAsync<T>(table, key, cancellationToken);

    public ValueTask<CacheResult<T>> TryGetAsync<T>(string key, CancellationToken cancellationToken = default) =>
        cache.TryGetAsync<T>(table, key, cancellationToken);

    public ValueTask<bool> SetAsync<T>(
        string key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.SetAsync(table, key, value, ttl, cancellationToken);

    public ValueTask<long> MergeAsync<T>(
        string key, T fields, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.MergeAsync(table, key, fields, ttl, cancellationToken);

    public ValueTask<T?> GetFieldAsync<T>(string key, string field, CancellationToken cancellationToken = default) =>
        cache.GetFieldAsync<T>(table, key, field, cancellationToken);

    public ValueTask<CacheResult<T>> TryGetFieldAsync<T>(
        string key, string field, CancellationToken cancellationToken = default) =>
        cache.TryGetFieldAsync<T>(table, key, field, cancellationToken);

    public ValueTask<bool> SetFieldAsync<T>(
        string key, string field, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.SetFieldAsync(table, key, field, value, ttl, cancellationToken);

    public ValueTask<bool> SetFieldsAsync(
        string key, IReadOnlyDictionary<string, object?> fields, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        cache.SetFieldsAsync(table, key, fields, ttl, cancellationToken);

    public ValueTask<long> IncrementFieldAsync(
        string key, string field, long by = 1, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.IncrementFieldAsync(table, key, field, by, ttl, cancellationToken);

    public ValueTask<decimal> IncrementFieldAsync(
        string key, string field, decimal by, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.IncrementFieldAsync(table, key, field, by, ttl, cancellationToken);

    public ValueTask<double> IncrementFieldAsync(
        string key, string field, double by, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.IncrementFieldAsync(table, key, field, by, ttl, cancellationToken);

    public ValueTask<long> IncrementFieldAsync<T>(
        string key, Expression<Func<T, long>> field, long by = 1, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        cache.IncrementFieldAsync(Row(key), field, by, ttl, cancellationToken);

    public ValueTask<decimal> IncrementFieldAsync<T>(
        string key, Expression<Func<T, decimal>> field, decimal by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        cache.IncrementFieldAsync(Row(key), field, by, ttl, cancellationToken);

    public ValueTask<double> IncrementFieldAsync<T>(
        string key, Expression<Func<T, double>> field, double by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        cache.IncrementFieldAsync(Row(key), field, by, ttl, cancellationToken);

    public ValueTask<long> AppendToListAsync<T>(
        string key, string field, T value, int? maxLength = null, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        cache.AppendToListAsync(table, key, field, value, maxLength, ttl, cancellationToken);

    public ValueTask<bool> RemoveFieldAsync(string key, string field, CancellationToken cancellationToken = default) =>
        cache.RemoveFieldAsync(table, key, field, cancellationToken);

    public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        cache.DeleteAsync(table, key, cancellationToken);

    public ValueTask<bool> ExistsAsync(string key, CancellationToken cancellationToken = default) =>
        cache.ExistsAsync(table, key, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        cache.GetTtlAsync(table, key, cancellationToken);

    public ValueTask<bool> SetTtlAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        cache.SetTtlAsync(table, key, ttl, cancellationToken);

    public ValueTask<bool> PersistAsync(string key, CancellationToken cancellationToken = default) =>
        cache.PersistAsync(table, key, cancellationToken);

    public ValueTask<WriteResult<T>> CreateIfAbsentAsync<T>(
        string key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.CreateIfAbsentAsync(table, key, value, ttl, cancellationToken);

    public ValueTask<WriteResult<T>> ReplaceIfAsync<T>(
        string key, T value, long revision, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.ReplaceIfAsync(table, key, value, revision, ttl, cancellationToken);

    public ValueTask<T> UpdateAsync<T>(
        string key, Func<T?, T> change, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.UpdateAsync(table, key, change, ttl, cancellationToken);

    public ValueTask<IReadOnlyList<CacheResult<T>>> GetManyAsync<T>(
        IEnumerable<string> keys, CancellationToken cancellationToken = default) =>
        cache.GetManyAsync<T>(keys.Select(Row), cancellationToken);

    public ValueTask<IReadOnlyList<bool>> SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> values, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        cache.SetManyAsync(
            values.Select(pair => KeyValuePair.Create(Row(pair.Key), pair.Value)), ttl, cancellationToken);

    public ValueTask<IReadOnlyList<bool>> DeleteManyAsync(
        IEnumerable<string> keys, CancellationToken cancellationToken = default) =>
        cache.DeleteManyAsync(keys.Select(Row), cancellationToken);

    private TableKey Row(string key) => TableKey.Row(table, key);
}
