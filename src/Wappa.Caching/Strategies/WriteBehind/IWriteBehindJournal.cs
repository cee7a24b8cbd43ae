namespace Wappa.Caching.WriteBehind;

/// <summary>What of a write-behind queue outlives the process: the newest value of each key that the database does not have yet, and
/// the values it would not take.</summary>
/// <remarks>All methods throw <see cref="CacheStoreException"/> when the store behind them fails.</remarks>
internal interface IWriteBehindJournal
{
    /// <summary>Whether it outlives the process.</summary>
    bool Survives { get; }

    /// <summary>Whether other processes use it too.</summary>
    bool IsShared { get; }

    /// <summary>Keeps the newest value of a key, in place of an older one.</summary>
    /// <returns>Its sequence: larger than that of any row of this key before.</returns>
    ValueTask<long> PutAsync(JournalRow row, CancellationToken cancellationToken);

    /// <summary>Makes a row of a dead letter again, if it is still there and its key has no row.</summary>
    /// <returns>Its sequence; null: it is gone, or a newer value waits.</returns>
    ValueTask<long?> ReviveAsync(JournalRow dead, CancellationToken cancellationToken);

    /// <summary>The rows of keys, in one round trip.</summary>
    /// <returns>One for each key, in order; null: it has none.</returns>
    ValueTask<IReadOnlyList<JournalRow?>> FindManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Takes a row away if it is still the one with this sequence.</summary>
    /// <returns>False: a newer value is there.</returns>
    ValueTask<bool> RemoveAsync(string id, long sequence, CancellationToken cancellationToken);

    /// <summary>All rows, in no order.</summary>
    IAsyncEnumerable<JournalRow> ListAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a value that is not tried any more. The row is the caller's to remove afterwards: one that is in both places is
    /// tried again, one that is in neither is lost.</summary>
    ValueTask BuryAsync(DeadRow row, CancellationToken cancellationToken);

    /// <summary>All values that are not tried any more, in no order.</summary>
    IAsyncEnumerable<DeadRow> ListDeadAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the dead letter of a key, if there is one.</summary>
    ValueTask ForgetDeadAsync(string id, CancellationToken cancellationToken);
}

/// <summary>One value in the queue.</summary>
/// <param name="Id">The key's text without its namespace, at most 256 characters; unique.</param>
/// <param name="Key">The key's parts.</param>
/// <param name="Json">The value.</param>
/// <param name="Sequence">Given by the journal; 0 before.</param>
internal sealed record JournalRow(string Id, CacheKeyParts Key, ReadOnlyMemory<byte> Json, long Sequence = 0);

/// <summary>One value that is not tried any more.</summary>
internal sealed record DeadRow(JournalRow Row, string Reason, DateTimeOffset GivenUpAt);
