namespace Wappa.Caching;

/// <summary>
/// Where records live. Small on purpose: kinds of caches, types, defaults and failure policy are written once above it.
/// Every implementation passes the <c>Record…Conformance</c> suites of the package <c>Wappa.Testing</c>.
/// </summary>
/// <remarks>
/// All methods throw <see cref="CacheStoreException"/> when the backend fails, and <see cref="OperationCanceledException"/>
/// when cancelled: a write that had begun may then have happened. Reads never see half of a commit.
/// </remarks>
public interface IDocumentStore
{
    /// <summary>The backend's name in metrics and errors: <c>memory</c>, <c>json</c>, <c>redis</c>.</summary>
    string Backend { get; }

    /// <summary>Reads one record.</summary>
    /// <param name="key">The record.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The record, or <see cref="DocumentRecord.Miss"/>. An expired record is a miss.</returns>
    ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads one field of a record.</summary>
    /// <param name="key">The record.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A record whose document holds at least that field if the stored one has it.</returns>
    ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default);

    /// <summary>How long a record still lives, and so whether it is there.</summary>
    ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>Makes one change, atomically.</summary>
    /// <exception cref="CacheTypeException">The stored value is of the wrong kind; nothing changed.</exception>
    /// <exception cref="CacheLimitException">A limit would be passed; nothing changed.</exception>
    ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default);

    /// <summary>Makes every change or none, in one step that no reader sees half of. Several changes of one record build on
    /// each other in order.</summary>
    /// <param name="writes">State and user records of one tenant and one user. Empty: nothing happens.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Refused as a whole if one change is: a revision that differs, a record that exists, and what
    /// <see cref="ChangeOutcome.Missing"/> says of <see cref="RecordChange.ReplaceIf"/>. Other changes of missing records
    /// (deletes, expiries) have no effect and do not stand in the way.</returns>
    /// <exception cref="ArgumentException">Two tenants, two users, or a table row among the writes.</exception>
    /// <exception cref="CacheTypeException">A stored value is of the wrong kind; nothing changed.</exception>
    /// <exception cref="CacheLimitException">A limit would be passed; nothing changed.</exception>
    ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default);

    /// <summary>Reads many records, each on its own; one round trip per node.</summary>
    /// <returns>One per key, in order.</returns>
    ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Sets and deletes many records, each on its own; one round trip per node.</summary>
    /// <param name="writes">Only <see cref="RecordChange.Set"/> and <see cref="RecordChange.Delete"/>: they cannot be refused
    /// by what is stored.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>One per write, in order.</returns>
    /// <exception cref="ArgumentException">Another change is among them; nothing changed.</exception>
    /// <exception cref="CacheLimitException">A document is too large; nothing changed.</exception>
    ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default);

    /// <summary>Lists a set in no particular order. What is there from beginning to end is listed once; what comes or goes
    /// meanwhile may be. Never blocks the server.</summary>
    IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default);

    /// <summary>Deletes a set, at the cost of what is in it.</summary>
    /// <returns>How many records were deleted.</returns>
    ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default);
}
