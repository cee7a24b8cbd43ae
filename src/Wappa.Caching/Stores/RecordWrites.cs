namespace Wappa.Caching;

/// <summary>The checks of a batch that every store makes the same way.</summary>
public static class RecordWrites
{
    /// <summary>Throws unless all writes are state or user records of one tenant and one user. A Redis cluster can commit
    /// nothing else at once, so no backend does.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void ThrowIfNotOneUser(IReadOnlyList<RecordWrite> writes)
    {
        ArgumentNullException.ThrowIfNull(writes);
        for (var i = 0; i < writes.Count; i++)
        {
            var key = writes[i].Key;
            if (key.Kind == RecordKind.Table)
            {
                throw new ArgumentException(
                    $"Write {i} of the commit is a table row; a commit holds state and user records of one user. Change table rows " +
                    "by their own calls.", nameof(writes));
            }

            if (key.Tenant != writes[0].Key.Tenant || key.Owner != writes[0].Key.Owner)
            {
                throw new ArgumentException(
                    $"Write {i} of the commit belongs to another tenant or user than write 0; commit each user on its own.",
                    nameof(writes));
            }
        }
    }

    /// <summary>Throws unless all writes are sets and deletes, and every document is within the limit.</summary>
    /// <exception cref="ArgumentException">Another change is among them.</exception>
    /// <exception cref="CacheLimitException">A document is too large.</exception>
    public static void ThrowIfNotSetsAndDeletes(IReadOnlyList<RecordWrite> writes, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(writes);
        foreach (var (_, change) in writes)
        {
            if (change is not (RecordChange.Set or RecordChange.Delete))
            {
                throw new ArgumentException(
                    $"{change.GetType().Name} cannot be part of a write of many; only Set and Delete can. Use CommitAsync or " +
                    "single changes.", nameof(writes));
            }

            RecordTransition.Apply(change, DocumentRecord.Miss, maxBytes);
        }
    }

    /// <summary>Whether a refusal of this change refuses the commit it is part of.</summary>
    public static bool RefusesCommit(RecordChange change, ChangeOutcome outcome) =>
        outcome is ChangeOutcome.Exists or ChangeOutcome.RevisionMismatch ||
        (outcome == ChangeOutcome.Missing && change is RecordChange.ReplaceIf);
}
