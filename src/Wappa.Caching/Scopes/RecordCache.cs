using System.Linq.Expressions;
using Wappa.Caching.Keys;

namespace Wappa.Caching.Scopes;

/// <summary>
/// Every record operation, written once for all kinds of caches and all stores: a call becomes a
/// <see cref="RecordChange"/>, its result a typed answer.
/// </summary>
/// <param name="store">The store, behind the app's failure mode.</param>
/// <param name="strict">The same store without it, for the operations that have no default to return.</param>
/// <param name="settings">How values are written, and how long they live.</param>
internal abstract class RecordCache<TKey>(IDocumentStore store, IDocumentStore strict, RecordCacheSettings settings)
    : IRecordCache<TKey>
{
    protected IDocumentStore Store => store;

    protected RecordCacheSettings Settings => settings;

    public ValueTask<CacheDocument?> GetAsync(TKey key, CancellationToken cancellationToken = default)
    {
        var read = store.GetAsync(KeyOf(key), cancellationToken);
        return read.IsCompletedSuccessfully ? new(read.Result.Document) : Awaited(read);

        static async ValueTask<CacheDocument?> Awaited(ValueTask<DocumentRecord> read) =>
            (await read.ConfigureAwait(false)).Document;
    }

    // Not async: a read that memory answers at once allocates nothing and builds no state machine.
    public ValueTask<T?> GetAsync<T>(TKey key, CancellationToken cancellationToken = default)
    {
        var read = store.GetAsync(KeyOf(key), cancellationToken);
        return read.IsCompletedSuccessfully ? new(Value<T>(read.Result)) : Awaited(read);

        async ValueTask<T?> Awaited(ValueTask<DocumentRecord> read) => Value<T>(await read.ConfigureAwait(false));
    }

    public async ValueTask<CacheResult<T>> TryGetAsync<T>(TKey key, CancellationToken cancellationToken = default) =>
        Result<T>(await store.GetAsync(KeyOf(key), cancellationToken).ConfigureAwait(false));

    public async ValueTask<bool> SetAsync<T>(
        TKey key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        (await ApplyAsync(key, new RecordChange.Set(Document(value), ttl ?? settings.DefaultTtl), cancellationToken)
            .ConfigureAwait(false)).Applied;

    public async ValueTask<long> MergeAsync<T>(
        TKey key, T fields, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        (await ApplyAsync(key, new RecordChange.Merge(Document(fields), ttl, settings.DefaultTtl), cancellationToken)
            .ConfigureAwait(false)).Record.Revision;

    public async ValueTask<T?> GetFieldAsync<T>(TKey key, string field, CancellationToken cancellationToken = default) =>
        (await TryGetFieldAsync<T>(key, field, cancellationToken).ConfigureAwait(false)).GetValueOrDefault();

    public async ValueTask<CacheResult<T>> TryGetFieldAsync<T>(
        TKey key, string field, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        var record = await store.GetFieldAsync(KeyOf(key), field, cancellationToken).ConfigureAwait(false);
        return record.IsHit && record.Document.TryGetField(field, out var json)
            ? CacheResult<T>.Hit(settings.Serializer.ReadValue<T>(json, settings.Kind), record)
            : CacheResult<T>.Miss;
    }

    public async ValueTask<bool> SetFieldAsync<T>(
        TKey key, string field, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        var change = new RecordChange.SetField(field, settings.Serializer.ToJson(value), ttl, settings.DefaultTtl);
        return (await ApplyAsync(key, change, cancellationToken).ConfigureAwait(false)).Applied;
    }

    public async ValueTask<bool> SetFieldsAsync(
        TKey key, IReadOnlyDictionary<string, object?> fields, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var change = new RecordChange.Merge(Document(fields), ttl, settings.DefaultTtl);
        return (await ApplyAsync(key, change, cancellationToken).ConfigureAwait(false)).Applied;
    }

    public async ValueTask<long> IncrementFieldAsync(
        TKey key, string field, long by = 1, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        (await AddAsync(key, field, CacheNumber.From(by), ttl, cancellationToken).ConfigureAwait(false)).ToInt64();

    public async ValueTask<decimal> IncrementFieldAsync(
        TKey key, string field, decimal by, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        (await AddAsync(key, field, CacheNumber.From(by), ttl, cancellationToken).ConfigureAwait(false)).ToDecimal();

    public async ValueTask<double> IncrementFieldAsync(
        TKey key, string field, double by, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        (await AddAsync(key, field, CacheNumber.From(by), ttl, cancellationToken).ConfigureAwait(false)).ToDouble();

    public ValueTask<long> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, long>> field, long by = 1, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(key, settings.Serializer.FieldName(field), by, ttl, cancellationToken);

    public ValueTask<decimal> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, decimal>> field, decimal by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(key, settings.Serializer.FieldName(field), by, ttl, cancellationToken);

    public ValueTask<double> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, double>> field, double by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(key, settings.Serializer.FieldName(field), by, ttl, cancellationToken);

    public async ValueTask<long> AppendToListAsync<T>(
        TKey key, string field, T value, int? maxLength = null, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (maxLength is { } limit) ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(maxLength));
        var change = new RecordChange.Append(field, settings.Serializer.ToJson(value), maxLength, ttl, settings.DefaultTtl);
        return (await strict.ApplyAsync(KeyOf(key), change, cancellationToken).ConfigureAwait(false)).Number.ToInt64();
    }

    public async ValueTask<bool> RemoveFieldAsync(TKey key, string field, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        return (await ApplyAsync(key, new RecordChange.RemoveField(field), cancellationToken).ConfigureAwait(false)).Applied;
    }

    public async ValueTask<bool> DeleteAsync(TKey key, CancellationToken cancellationToken = default) =>
        (await ApplyAsync(key, new RecordChange.Delete(), cancellationToken).ConfigureAwait(false)).Applied;

    public async ValueTask<bool> ExistsAsync(TKey key, CancellationToken cancellationToken = default) =>
        (await GetTtlAsync(key, cancellationToken).ConfigureAwait(false)).Exists;

    public ValueTask<CacheTtl> GetTtlAsync(TKey key, CancellationToken cancellationToken = default) =>
        store.GetTtlAsync(KeyOf(key), cancellationToken);

    public async ValueTask<bool> SetTtlAsync(TKey key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        (await ApplyAsync(key, new RecordChange.Expire(ttl), cancellationToken).ConfigureAwait(false)).Applied;

    public async ValueTask<bool> PersistAsync(TKey key, CancellationToken cancellationToken = default) =>
        (await ApplyAsync(key, new RecordChange.Persist(), cancellationToken).ConfigureAwait(false)).Applied;

    public async ValueTask<WriteResult<T>> CreateIfAbsentAsync<T>(
        TKey key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        var change = new RecordChange.CreateIfAbsent(Document(value), ttl ?? settings.DefaultTtl);
        return Written<T>(await ApplyAsync(key, change, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<WriteResult<T>> ReplaceIfAsync<T>(
        TKey key, T value, long revision, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        var change = new RecordChange.ReplaceIf(Document(value), revision, ttl);
        return Written<T>(await ApplyAsync(key, change, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<T> UpdateAsync<T>(
        TKey key, Func<T?, T> change, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var record = KeyOf(key);
        var current = await strict.GetAsync(record, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            // Each failed attempt means that somebody else's change went through, so the loop as a whole advances.
            cancellationToken.ThrowIfCancellationRequested();
            var next = change(Value<T>(current));
            RecordChange attempt = current.IsHit
                ? new RecordChange.ReplaceIf(Document(next), current.Revision, ttl)
                : new RecordChange.CreateIfAbsent(Document(next), ttl ?? settings.DefaultTtl);
            var result = await strict.ApplyAsync(record, attempt, cancellationToken).ConfigureAwait(false);
            if (result.Applied) return next;
            current = result.Record;
        }
    }

    public async ValueTask<IReadOnlyList<CacheResult<T>>> GetManyAsync<T>(
        IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var records = await store.GetManyAsync([.. keys.Select(KeyOf)], cancellationToken).ConfigureAwait(false);
        return [.. records.Select(record => Result<T>(record))];
    }

    public ValueTask<IReadOnlyList<bool>> SetManyAsync<T>(
        IEnumerable<KeyValuePair<TKey, T>> values, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return WriteManyAsync(
            values.Select(pair => new RecordWrite(
                KeyOf(pair.Key), new RecordChange.Set(Document(pair.Value), ttl ?? settings.DefaultTtl))),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<bool>> DeleteManyAsync(
        IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return WriteManyAsync(keys.Select(key => new RecordWrite(KeyOf(key), new RecordChange.Delete())), cancellationToken);
    }

    protected abstract RecordKey KeyOf(TKey key);

    protected async IAsyncEnumerable<CacheItem<T>> ListAsync<T>(
        RecordSet set, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (key, record) in store.ListAsync(set, cancellationToken).ConfigureAwait(false))
            yield return new(key.Name, Value<T>(record)!, record.Revision, record.Ttl);
    }

    private async ValueTask<IReadOnlyList<bool>> WriteManyAsync(
        IEnumerable<RecordWrite> writes, CancellationToken cancellationToken)
    {
        var results = await store.WriteManyAsync([.. writes], cancellationToken).ConfigureAwait(false);
        return [.. results.Select(result => result.Applied)];
    }

    private async ValueTask<CacheNumber> AddAsync(
        TKey key, string field, CacheNumber by, TimeSpan? ttl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(field);
        var change = new RecordChange.Increment(field, by, ttl, settings.DefaultTtl);
        return (await strict.ApplyAsync(KeyOf(key), change, cancellationToken).ConfigureAwait(false)).Number;
    }

    private ValueTask<ChangeResult> ApplyAsync(TKey key, RecordChange change, CancellationToken cancellationToken) =>
        store.ApplyAsync(KeyOf(key), change, cancellationToken);

    private CacheDocument Document<T>(T value) => settings.Serializer.ToDocument(value);

    private T? Value<T>(in DocumentRecord record) =>
        record.Document is { } document ? document.Read<T>(settings.Serializer, settings.Kind) : default;

    private CacheResult<T> Result<T>(in DocumentRecord record) =>
        record.IsHit ? CacheResult<T>.Hit(Value<T>(record), record) : CacheResult<T>.Miss;

    private WriteResult<T> Written<T>(in ChangeResult result) => new(result.Outcome, result.Record, Value<T>(result.Record));
}
