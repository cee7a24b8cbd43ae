namespace Wappa.Caching;

/// <summary>What became of a change.</summary>
public enum ChangeOutcome : byte
{
    /// <summary>It took effect.</summary>
    Applied,

    /// <summary>There was no record, or no such field; nothing changed.</summary>
    Missing,

    /// <summary>The record was there already; nothing changed.</summary>
    Exists,

    /// <summary>The record has another revision; nothing changed.</summary>
    RevisionMismatch,

    /// <summary>The store failed and the app chose to go on without it (<see cref="FailureMode.ReturnDefault"/>).</summary>
    StoreFailed,
}

/// <summary>The answer to one change.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Record">The record after the change; after a refusal, the record that stood in the way.</param>
/// <param name="Number">The new value of an increment; the new length of an append, as a whole number.</param>
public readonly record struct ChangeResult(ChangeOutcome Outcome, DocumentRecord Record, CacheNumber Number = default)
{
    /// <summary>Whether the change took effect.</summary>
    public bool Applied => Outcome == ChangeOutcome.Applied;
}

/// <summary>The answer to a commit: either every change took effect, or none.</summary>
/// <param name="Committed">Which of the two.</param>
/// <param name="Results">Committed: one per change, in order. Refused: only the refusal, see <paramref name="RefusedAt"/>.</param>
/// <param name="RefusedAt">Refused: the position of the change that could not be made; else -1.</param>
public readonly record struct CommitResult(bool Committed, IReadOnlyList<ChangeResult> Results, int RefusedAt = -1);
