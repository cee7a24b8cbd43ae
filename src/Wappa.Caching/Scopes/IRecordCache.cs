using System.Linq.Expressions;

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
/// </remarks>
/// <typeparam name="TKey">A name, or a <see cref="TableKey"/>.</typeparam>
public interface IRecordCache<TKey>
{
    /// <summary>Reads a record as a document.</summary>
    /// <returns>The document; <see langword="null"/> if missing.</returns>
    ValueTask<CacheDocument?> GetAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads a record.</summary>
    /// <returns>The value; <see langword="default"/> if missing. Use <see cref="TryGetAsync{T}"/> for value types.</returns>
    /// <exception cref="CacheSerializationException">The record does not fit the type.</exception>
    ValueTask<T?> GetAsync<T>(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads a record with its revision and time to live.</summary>
    /// <exception cref="CacheSerializationException">The record does not fit the type.</exception>
    ValueTask<CacheResult<T>> TryGetAsync<T>(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces the whole record.</summary>
    /// <param name="key">The record.</param>
    /// <param name="value">What serializes to a JSON object.</param>
    /// <param name="ttl">Time to live; omitted: the scope's default.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>True; false only if the store failed and the app chose to go on.</returns>
    ValueTask<bool> SetAsync<T>(TKey key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces the fields <paramref name="fields"/> has and keeps the others; creates if missing.</summary>
    /// <returns>The new revision.</returns>
    ValueTask<long> MergeAsync<T>(TKey key, T fields, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one field.</summary>
    /// <returns>The value; <see langword="default"/> if the record or field is missing, or null.</returns>
    /// <exception cref="CacheSerializationException">The field does not fit the type.</exception>
    ValueTask<T?> GetFieldAsync<T>(TKey key, string field, CancellationToken cancellationToken = default);

    /// <summary>Reads one field and tells a miss, a JSON null and a default value apart.</summary>
    /// <exception cref="CacheSerializationException">The field does not fit the type.</exception>
    ValueTask<CacheResult<T>> TryGetFieldAsync<T>(TKey key, string field, CancellationToken cancellationToken = default);

    /// <summary>Replaces one field; creates the record if missing.</summary>
    /// <inheritdoc cref="SetAsync{T}" path="/returns"/>
    ValueTask<bool> SetFieldAsync<T>(
        TKey key, string field, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces several fields in one step; creates the record if missing.</summary>
    /// <inheritdoc cref="SetAsync{T}" path="/returns"/>
    ValueTask<bool> SetFieldsAsync(
        TKey key, IReadOnlyDictionary<string, object?> fields, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default);

    /// <summary>Adds to a whole-number field, exact in 64 bits; creates from 0.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="CacheTypeException">The field is not a whole number (1.0 is not), or the sum does not fit.</exception>
    ValueTask<long> IncrementFieldAsync(
        TKey key, string field, long by = 1, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Adds to a number field as a decimal, exactly; creates from 0.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="CacheTypeException">The field is not a number, or the sum is not exact.</exception>
    ValueTask<decimal> IncrementFieldAsync(
        TKey key, string field, decimal by, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Adds to a number field as a double, written in its shortest form; creates from 0.</summary>
    /// <returns>The new value.</returns>
    /// <exception cref="CacheTypeException">The field is not a number, or the sum is not finite.</exception>
    ValueTask<double> IncrementFieldAsync(
        TKey key, string field, double by, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Adds to the whole-number property <paramref name="field"/> names, as it is called in JSON.</summary>
    /// <inheritdoc cref="IncrementFieldAsync(TKey, string, long, TimeSpan?, CancellationToken)"/>
    ValueTask<long> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, long>> field, long by = 1, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default);

    /// <summary>Adds to the decimal property <paramref name="field"/> names.</summary>
    /// <inheritdoc cref="IncrementFieldAsync(TKey, string, decimal, TimeSpan?, CancellationToken)"/>
    ValueTask<decimal> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, decimal>> field, decimal by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default);

    /// <summary>Adds to the double property <paramref name="field"/> names.</summary>
    /// <inheritdoc cref="IncrementFieldAsync(TKey, string, double, TimeSpan?, CancellationToken)"/>
    ValueTask<double> IncrementFieldAsync<T>(
        TKey key, Expression<Func<T, double>> field, double by, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default);

    /// <summary>Appends to an array field; creates <c>[value]</c>. O(length of the field).</summary>
    /// <param name="key">The record.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="value">The item.</param>
    /// <param name="maxLength">Keep only the newest so many, 1 or more; omitted: all.</param>
    /// <param name="ttl">Time to live; omitted: kept.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The new length.</returns>
    /// <exception cref="CacheTypeException">The field is not an array.</exception>
    ValueTask<long> AppendToListAsync<T>(
        TKey key, string field, T value, int? maxLength = null, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default);

    /// <summary>Takes a field away.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> RemoveFieldAsync(TKey key, string field, CancellationToken cancellationToken = default);

    /// <summary>Deletes the record.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> DeleteAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Whether the record is there.</summary>
    ValueTask<bool> ExistsAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>How long the record still lives.</summary>
    ValueTask<CacheTtl> GetTtlAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Gives an existing record a new time to live, from now.</summary>
    /// <returns>False if it is missing.</returns>
    ValueTask<bool> SetTtlAsync(TKey key, TimeSpan ttl, CancellationToken cancellationToken = default);

    /// <summary>Takes the time to live from a record.</summary>
    /// <returns>False if it is missing.</returns>
    ValueTask<bool> PersistAsync(TKey key, CancellationToken cancellationToken = default);

    /// <summary>Creates the record unless it is there; of many callers one wins.</summary>
    /// <returns><see cref="ChangeOutcome.Applied"/>, or <see cref="ChangeOutcome.Exists"/> with the winner's record.</returns>
    ValueTask<WriteResult<T>> CreateIfAbsentAsync<T>(
        TKey key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Replaces the record if nobody changed it since <paramref name="revision"/> was read.</summary>
    /// <returns><see cref="ChangeOutcome.Applied"/>, <see cref="ChangeOutcome.RevisionMismatch"/> with the record as it is, or
    /// <see cref="ChangeOutcome.Missing"/>.</returns>
    ValueTask<WriteResult<T>> ReplaceIfAsync<T>(
        TKey key, T value, long revision, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Reads, changes and writes a record; begins again when somebody else was faster.</summary>
    /// <param name="key">The record.</param>
    /// <param name="change">From the current value (<see langword="default"/> if missing) to the next. It may run more than
    /// once, so it must not do anything else.</param>
    /// <param name="ttl">Time to live; omitted: kept.</param>
    /// <param name="cancellationToken">Stops the attempts.</param>
    /// <returns>The value that was written.</returns>
    ValueTask<T> UpdateAsync<T>(
        TKey key, Func<T?, T> change, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Reads many records, each on its own, in one round trip.</summary>
    /// <returns>One per key, in order.</returns>
    ValueTask<IReadOnlyList<CacheResult<T>>> GetManyAsync<T>(
        IEnumerable<TKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Sets many records, each on its own, in one round trip.</summary>
    /// <returns>One per record, in order: as <see cref="SetAsync{T}"/>.</returns>
    ValueTask<IReadOnlyList<bool>> SetManyAsync<T>(
        IEnumerable<KeyValuePair<TKey, T>> values, TimeSpan? ttl = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes many records, each on its own, in one round trip.</summary>
    /// <returns>One per key, in order: whether it was there.</returns>
    ValueTask<IReadOnlyList<bool>> DeleteManyAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default);
}
