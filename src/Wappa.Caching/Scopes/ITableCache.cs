using Wappa.Caching.Scopes;

namespace Wappa.Caching;

/// <summary>What the business knows: rows shared by every user of a tenant.</summary>
/// <remarks>
/// <para>Keys: <c>hotel123:df:products:pkid:pizza_large</c>. Every operation takes either a <see cref="TableKey"/> or a table
/// and a record id; the second form is the first with <see cref="TableKey.Row"/>. No list of positional arguments fits
/// two overloads.</para>
/// <para>Rows are shared data: within a turn they act at once, unlike state and user records.</para>
/// </remarks>
public interface ITableCache : IRecordCache<TableKey>
{
    /// <summary>Lists the rows of a table, without its table-level record.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="prefix">Only record ids that begin with it; no character in it is special. Empty: all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    sealed IAsyncEnumerable<CacheItem<T>> ListAsync<T>(
        string table, string prefix = "", CancellationToken cancellationToken = default) =>
        ListRecordsAsync(table, prefix, cancellationToken).AsItemsAsync<T>(Settings, cancellationToken);

    /// <summary>As <see cref="ListAsync{T}"/>, without types.</summary>
    IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListRecordsAsync(
        string table, string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Deletes rows of a table, at the cost of what is in it; without a prefix its table-level record too.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="prefix">Only record ids that begin with it. Empty: all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many there were.</returns>
    ValueTask<long> DeleteAllAsync(string table, string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Reads a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.GetAsync(TKey, CancellationToken)"/>
    sealed ValueTask<CacheDocument?> GetAsync(string table, string id, CancellationToken cancellationToken = default) =>
        GetAsync(TableKey.Row(table, id), cancellationToken);

    /// <summary>Reads a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.GetAsync{T}(TKey, CancellationToken)"/>
    sealed ValueTask<T?> GetAsync<T>(string table, string id, CancellationToken cancellationToken = default) =>
        GetAsync<T>(TableKey.Row(table, id), cancellationToken);

    /// <summary>Reads a row with its revision and time to live.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.TryGetAsync{T}(TKey, CancellationToken)"/>
    sealed ValueTask<CacheResult<T>> TryGetAsync<T>(string table, string id, CancellationToken cancellationToken = default) =>
        TryGetAsync<T>(TableKey.Row(table, id), cancellationToken);

    /// <summary>Creates or replaces a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.SetAsync{T}(TKey, T, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<bool> SetAsync<T>(
        string table, string id, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        SetAsync<T>(TableKey.Row(table, id), value, ttl, cancellationToken);

    /// <summary>Replaces some fields of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.MergeAsync{T}(TKey, T, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<long> MergeAsync<T>(
        string table, string id, T fields, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        MergeAsync<T>(TableKey.Row(table, id), fields, ttl, cancellationToken);

    /// <summary>Reads one field of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.GetFieldAsync{T}(TKey, string, CancellationToken)"/>
    sealed ValueTask<T?> GetFieldAsync<T>(
        string table, string id, string field, CancellationToken cancellationToken = default) =>
        GetFieldAsync<T>(TableKey.Row(table, id), field, cancellationToken);

    /// <summary>Reads one field of a row and tells a miss, null and a default apart.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.TryGetFieldAsync{T}(TKey, string, CancellationToken)"/>
    sealed ValueTask<CacheResult<T>> TryGetFieldAsync<T>(
        string table, string id, string field, CancellationToken cancellationToken = default) =>
        TryGetFieldAsync<T>(TableKey.Row(table, id), field, cancellationToken);

    /// <summary>Replaces one field of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.SetFieldAsync{T}(TKey, string, T, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<bool> SetFieldAsync<T>(
        string table, string id, string field, T value, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        SetFieldAsync<T>(TableKey.Row(table, id), field, value, ttl, cancellationToken);

    /// <summary>Replaces several fields of a row in one step.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.SetFieldsAsync(TKey, IReadOnlyDictionary{string, object}, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<bool> SetFieldsAsync(
        string table, string id, IReadOnlyDictionary<string, object?> fields, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        SetFieldsAsync(TableKey.Row(table, id), fields, ttl, cancellationToken);

    /// <summary>Adds to a number field of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.IncrementFieldAsync(TKey, string, long, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<long> IncrementFieldAsync(
        string table, string id, string field, long by = 1, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(TableKey.Row(table, id), field, by, ttl, cancellationToken);

    /// <summary>Adds to a number field of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.IncrementFieldAsync(TKey, string, decimal, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<decimal> IncrementFieldAsync(
        string table, string id, string field, decimal by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(TableKey.Row(table, id), field, by, ttl, cancellationToken);

    /// <summary>Adds to a number field of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.IncrementFieldAsync(TKey, string, double, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<double> IncrementFieldAsync(
        string table, string id, string field, double by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(TableKey.Row(table, id), field, by, ttl, cancellationToken);

    /// <summary>Appends to an array field of a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.AppendToListAsync{T}(TKey, string, T, int?, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<long> AppendToListAsync<T>(
        string table, string id, string field, T value, int? maxLength = null, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        AppendToListAsync<T>(TableKey.Row(table, id), field, value, maxLength, ttl, cancellationToken);

    /// <summary>Takes a field of a row away.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.RemoveFieldAsync(TKey, string, CancellationToken)"/>
    sealed ValueTask<bool> RemoveFieldAsync(
        string table, string id, string field, CancellationToken cancellationToken = default) =>
        RemoveFieldAsync(TableKey.Row(table, id), field, cancellationToken);

    /// <summary>Deletes a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.DeleteAsync(TKey, CancellationToken)"/>
    sealed ValueTask<bool> DeleteAsync(string table, string id, CancellationToken cancellationToken = default) =>
        DeleteAsync(TableKey.Row(table, id), cancellationToken);

    /// <summary>Whether a row is there.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.ExistsAsync(TKey, CancellationToken)"/>
    sealed ValueTask<bool> ExistsAsync(string table, string id, CancellationToken cancellationToken = default) =>
        ExistsAsync(TableKey.Row(table, id), cancellationToken);

    /// <summary>How long a row still lives.</summary>
    /// <inheritdoc cref="IRecordAccess{TKey}.GetTtlAsync(TKey, CancellationToken)"/>
    sealed ValueTask<CacheTtl> GetTtlAsync(string table, string id, CancellationToken cancellationToken = default) =>
        GetTtlAsync(TableKey.Row(table, id), cancellationToken);

    /// <summary>Gives a row a new time to live.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.SetTtlAsync(TKey, TimeSpan, CancellationToken)"/>
    sealed ValueTask<bool> SetTtlAsync(string table, string id, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        SetTtlAsync(TableKey.Row(table, id), ttl, cancellationToken);

    /// <summary>Takes the time to live from a row.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.PersistAsync(TKey, CancellationToken)"/>
    sealed ValueTask<bool> PersistAsync(string table, string id, CancellationToken cancellationToken = default) =>
        PersistAsync(TableKey.Row(table, id), cancellationToken);

    /// <summary>Creates a row unless it is there.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.CreateIfAbsentAsync{T}(TKey, T, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<WriteResult<T>> CreateIfAbsentAsync<T>(
        string table, string id, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        CreateIfAbsentAsync<T>(TableKey.Row(table, id), value, ttl, cancellationToken);

    /// <summary>Replaces a row if nobody changed it since.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.ReplaceIfAsync{T}(TKey, T, long, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<WriteResult<T>> ReplaceIfAsync<T>(
        string table, string id, T value, long revision, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        ReplaceIfAsync<T>(TableKey.Row(table, id), value, revision, ttl, cancellationToken);

    /// <summary>Reads, changes and writes a row until it wins.</summary>
    /// <inheritdoc cref="IRecordCache{TKey}.UpdateAsync{T}(TKey, Func{T, T}, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<T> UpdateAsync<T>(
        string table, string id, Func<T?, T> change, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        UpdateAsync<T>(TableKey.Row(table, id), change, ttl, cancellationToken);
}
