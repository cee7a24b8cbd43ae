namespace Wappa.Caching.WriteBehind;

/// <summary>The place of one key in the queue, with its newest value. It stays while an older value of it is on its way to the database,
/// so that no two values of a key are on their way at once. Changed under the queue's lock.</summary>
internal sealed class QueuedWrite(JournalRow row)
{
    internal JournalRow Row { get; set; } = row;

    internal int Attempts { get; set; }

    /// <summary>When the newest value first failed, by the queue's clock; null: it has not.</summary>
    internal TimeSpan? FailedSince { get; set; }

    internal TimeSpan DueAt { get; set; }

    /// <summary>Whether a value of it is on its way.</summary>
    internal bool IsTaken { get; set; }

    /// <summary>Whether it has left the queue.</summary>
    internal bool IsGone { get; set; }
}

/// <summary>A value on its way to the database: what its place held when it was taken.</summary>
internal readonly record struct TakenWrite(QueuedWrite Place, JournalRow Row, int Attempts);
