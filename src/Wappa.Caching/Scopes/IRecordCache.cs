using System.Linq.Expressions;
using Wappa.Caching.Scopes;

namespace Wappa.Caching;

/// <summary>
/// The operations on records, the same for states, users and tables and on every backend.
/// </summary>
/// <remarks>
/// <para>Each operation on one record is atomic: 200 concurrent increments are 200. A time to live is above zero and rounded
/// up to a millisecond; left out, a <c>Set</c> takes the scope's default (none unless configured) and every other change
/// keeps what the record has. An expired record is missing, at the very instant.</para>
/// <para>All methods throw <see cref="ArgumentException"/> for a name that is empty, longer than 256 characters or holds a
/// control character; <see cref="CacheStoreException"/> when the store fails (unless
/// <see cref="FailureMode.ReturnDefault"/> is chosen); writes of values throw <see cref="CacheSerializationException"/>,
/// <see cref="CacheValidationException"/> or <see cref="CacheLimitException"/> for what cannot be stored. After any of
/// these nothing has changed, unless <see cref="CacheStoreException.OutcomeUnknown"/> says otherwise.</para>
/// <para>Nothing is aliased: a value read is fresh, unless its type is deeply immutable, when readers share one.</para>
/// <para>The members are sealed: they are this vocabulary's one meaning, and a call of a generic member costs no dispatch.
/// What varies between caches is in <see cref="IRecordAccess{TKey}"/>.</para>
/// </remarks>
/// <typeparam name="TKey">A name, or a <see cref="TableKey"/>.</typeparam>
public interface IRecordCache<TKey> : IRecordAccess<TKey>
{
    /// <summary>Reads a record as a document.</summary>
    /// <returns>The document; <see langword="null"/> if missing.</returns>
    sealed async ValueTask<CacheDocument?> GetAsync(TKey key, CancellationToken cancellationToken = default) =>
        (await GetContentAsync(key, cancellationToken).ConfigureAwait(false)).Document;

    /// <summary>Reads a record.</summary>
    /// <returns>The value; <see langword="default"/> if missing. Use <see cref="TryGetAsync{T}"/> for value types.</returns>
    /// <exception cref="CacheSerializationException">The record does not fit the type.</exception>
    sealed ValueTask<T?> GetAsync<T>(TKey key, CancellationToken cancellationToken = default)
    {
        // Not async: a read that memory answers at once allocates nothing and builds no state machine.
        var read = GetContentAsync(key, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Settings.Value<T>(read.Result)) : Awaited(Settings, read);

        static async ValueTask<T?> Awaited(RecordCacheSettings settings, ValueTask<DocumentRecord> read) =>
            settings.Value<T>(await read.ConfigureAwait(false));
    }

    /// <summary>Reads a record with its revision and time to live.</summary>
    /// <exception cref="CacheSerializationException">The record does not fit the type.</exception>
    sealed async ValueTask<CacheResult<T>> TryGetAsync<T>(TKey key, CancellationToken cancellationToken = default) =>
        Settings.Result<T>(await GetRecordAsync(key, cancellationToken).ConfigureAwait(false));

    /// <summary>Creates or replaces the whole record.</summary>
    /// <param name="key">The record.</param>
    /// <param name="value">What serializes to a JSON object.</param>
    /// <param name="ttl">Time to live; omitted: the scope's default.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>True; false only if the store failed and the app chose to go on.</returns>
    sealed ValueTask<bool> SetAsync<T>(TKey key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.Set(value, ttl), cancellationToken).Then(static result => result.Applied);

    /// <summary>Replaces the fields <paramref name="fields"/> has and keeps the others; creates if missing.</summary>
    /// <returns>The new revision.</returns>
    sealed ValueTask<long> MergeAsync<T>(TKey key, T fields, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.Merge(fields, ttl), cancellationToken).Then(static result => result.Record.Revision);

    /// <summary>Reads one field.</summary>
    /// <returns>The value; <see langword="default"/> if the record or field is missing, or null.</returns>
    /// <exception cref="CacheSerializationException">The field does not fit the type.</exception>
    sealed async ValueTask<T?> GetFieldAsync<T>(TKey key, string field, CancellationToken cancellationToken = default) =>
        (await TryGetFieldAsync<T>(key, field, cancellationToken).ConfigureAwait(false)).GetValueOrDefault();

    /// <summary>Reads one field and tells a miss, a JSON null and a default value apart.</summary>
    /// <exception cref="CacheSerializationException">The field does not fit the type.</exception>
    sealed async ValueTask<CacheResult<T>> TryGetFieldAsync<T>(TKey key, string field, CancellationToken cancellationToken = default) =>
        Settings.FieldResult<T>(await GetRecordFieldAsync(key, field, cancellationToken).ConfigureAwait(false), field);

    /// <summary>Replaces one field; creates the record if missing.</summary>
    /// <inheritdoc cref="SetAsync{T}" path="/returns"/>
    sealed ValueTask<bool> SetFieldAsync<T>(
        TKey key, string field, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.SetField(field, value, ttl), cancellationToken).Then(static result => result.Applied);

    /// <summary>Replaces several fields in one step; creates the record if missing.</summary>
    /// <inheritdoc cref="SetAsync{T}" path="/returns"/>
    sealed async ValueTask<bool> SetFieldsAsync(
        TKey key, IReadOnlyDictionary<string, object?> fields, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        (await MergeAsync(key, fields, ttl, cancellationToken).ConfigureAwait(false)) > 0;

    /// <summary>Adds to a whole-number field, exact in 64 bits; creates from 0.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="CacheTypeException">The field is not a whole number (1.0 is not), or the sum does not fit.</exception>
    sealed ValueTask<long> IncrementFieldAsync(
        TKey key, string field, long by = 1, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.Increment(field, CacheNumber.From(by), ttl), cancellationToken)
            .Then(static result => result.Number.ToInt64());

    /// <summary>Adds to a number field as a decimal, exactly; creates from 0.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="CacheTypeException">The field is not a number, or the sum is not exact.</exception>
    sealed ValueTask<decimal> IncrementFieldAsync(
        TKey key, string field, decimal by, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.Increment(field, CacheNumber.From(by), ttl), cancellationToken)
            .Then(static result => result.Number.ToDecimal());

    /// <summary>Adds to a number field as a double, written in its shortest form; creates from 0.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="CacheTypeException">The field is not a number, or the sum is not finite.</exception>
    sealed ValueTask<double> IncrementFieldAsync(
        TKey key, string field, double by, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.Increment(field, CacheNumber.From(by), ttl), cancellationToken)
            .Then(static result => result.Number.ToDouble());

    /// <summary>Adds to the whole-number property <paramref name="field"/> names, as it is called in JSON.</summary>
    /// <inheritdoc cref="IncrementFieldAsync(TKey, string, long, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<long> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, long>> field, long by = 1, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(key, Settings.Serializer.FieldName(field), by, ttl, cancellationToken);

    /// <summary>Adds to the decimal property <paramref name="field"/> names.</summary>
    /// <inheritdoc cref="IncrementFieldAsync(TKey, string, decimal, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<decimal> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, decimal>> field, decimal by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(key, Settings.Serializer.FieldName(field), by, ttl, cancellationToken);

    /// <summary>Adds to the double property <paramref name="field"/> names.</summary>
    /// <inheritdoc cref="IncrementFieldAsync(TKey, string, double, TimeSpan?, CancellationToken)"/>
    sealed ValueTask<double> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, double>> field, double by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        IncrementFieldAsync(key, Settings.Serializer.FieldName(field), by, ttl, cancellationToken);

    /// <summary>Appends to an array field; creates <c>[value]</c>. O(length of the field).</summary>
    /// <param name="key">The record.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="value">The item.</param>
    /// <param name="maxLength">Keep only the newest so many, 1 or more; omitted: all.</param>
    /// <param name="ttl">Time to live; omitted: kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The new length.</returns>
    /// <exception cref="CacheTypeException">The field is not an array.</exception>
    sealed ValueTask<long> AppendToListAsync<T>(
        TKey key, string field, T value, int? maxLength = null, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        ApplyAsync(key, Settings.Append(field, value, maxLength, ttl), cancellationToken).Then(static result => result.Number.ToInt64());

    /// <summary>Takes a field away.</summary>
    /// <returns>Whether it was there.</returns>
    sealed ValueTask<bool> RemoveFieldAsync(TKey key, string field, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, new RecordChange.RemoveField(field), cancellationToken).Then(static result => result.Applied);

    /// <summary>Deletes the record.</summary>
    /// <returns>Whether it was there.</returns>
    sealed ValueTask<bool> DeleteAsync(TKey key, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, new RecordChange.Delete(), cancellationToken).Then(static result => result.Applied);

    /// <summary>Whether the record is there.</summary>
    sealed async ValueTask<bool> ExistsAsync(TKey key, CancellationToken cancellationToken = default) =>
        (await GetTtlAsync(key, cancellationToken).ConfigureAwait(false)).Exists;

    /// <summary>Gives an existing record a new time to live, from now.</summary>
    /// <returns>False if it is missing.</returns>
    sealed ValueTask<bool> SetTtlAsync(TKey key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, new RecordChange.Expire(ttl), cancellationToken).Then(static result => result.Applied);

    /// <summary>Takes the time to live from a record.</summary>
    /// <returns>False if it is missing.</returns>
    sealed ValueTask<bool> PersistAsync(TKey key, CancellationToken cancellationToken = default) =>
        ApplyAsync(key, new RecordChange.Persist(), cancellationToken).Then(static result => result.Applied);

    /// <summary>Creates the record unless it is there; of many callers one wins.</summary>
    /// <returns><see cref="ChangeOutcome.Applied"/>, or <see cref="ChangeOutcome.Exists"/> with the winner's record.</returns>
    sealed async ValueTask<WriteResult<T>> CreateIfAbsentAsync<T>(
        TKey key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        Settings.Written(
            await ApplyAsync(key, Settings.CreateIfAbsent(value, ttl), cancellationToken).ConfigureAwait(false), value);

    /// <summary>Replaces the record if nobody changed it since <paramref name="revision"/> was read.</summary>
    /// <returns><see cref="ChangeOutcome.Applied"/>, <see cref="ChangeOutcome.RevisionMismatch"/> with the record as it is, or
    /// <see cref="ChangeOutcome.Missing"/>.</returns>
    sealed async ValueTask<WriteResult<T>> ReplaceIfAsync<T>(
        TKey key, T value, long revision, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        Settings.Written(
            await ApplyAsync(key, Settings.ReplaceIf(value, revision, ttl), cancellationToken).ConfigureAwait(false), value);

    /// <summary>Reads, changes and writes a record; begins again when somebody else was faster.</summary>
    /// <param name="key">The record.</param>
    /// <param name="change">From the current value (<see langword="default"/> if missing) to the next. It may run more than
    /// once, so it must not do anything else.</param>
    /// <param name="ttl">Time to live; omitted: kept.</param>
    /// <param name="cancellationToken">Stops the attempts.</param>
    /// <returns>The value that was written.</returns>
    sealed async ValueTask<T> UpdateAsync<T>(
        TKey key, Func<T?, T> change, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var (settings, next) = (Settings, default(T)!);
        await UpdateRecordAsync(key, Change, ttl, cancellationToken).ConfigureAwait(false);
        return next;

        CacheDocument Change(DocumentRecord current)
        {
            next = change(settings.Value<T>(current));
            return next is null
                ? throw new InvalidOperationException("The change gave null. A record is an object; use DeleteAsync to end one.")
                : settings.Serializer.ToDocument(next);
        }
    }

    /// <summary>Reads many records, each on its own, in one round trip.</summary>
    /// <returns>One per key, in order.</returns>
    sealed async ValueTask<IReadOnlyList<CacheResult<T>>> GetManyAsync<T>(
        IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        var settings = Settings;
        var records = await GetRecordsAsync([.. keys], cancellationToken).ConfigureAwait(false);
        return [.. records.Select(record => settings.Result<T>(record))];
    }

    /// <summary>Sets many records, each on its own, in one round trip.</summary>
    /// <returns>One per record, in order: as <see cref="SetAsync{T}"/>.</returns>
    sealed async ValueTask<IReadOnlyList<bool>> SetManyAsync<T>(
        IEnumerable<KeyValuePair<TKey, T>> values, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        var settings = Settings;
        var writes = values.Select(pair => KeyValuePair.Create(pair.Key, settings.Set(pair.Value, ttl)));
        var results = await WriteRecordsAsync([.. writes], cancellationToken).ConfigureAwait(false);
        return [.. results.Select(result => result.Applied)];
    }

    /// <summary>Deletes many records, each on its own, in one round trip.</summary>
    /// <returns>One per key, in order: whether it was there.</returns>
    sealed async ValueTask<IReadOnlyList<bool>> DeleteManyAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        var writes = keys.Select(key => KeyValuePair.Create<TKey, RecordChange>(key, new RecordChange.Delete()));
        var results = await WriteRecordsAsync([.. writes], cancellationToken).ConfigureAwait(false);
        return [.. results.Select(result => result.Applied)];
    }
}
