namespace Wappa.Caching.Json.Journal;

/// <summary>Whether a journal takes changes.</summary>
internal enum JournalState
{
    /// <summary>It does.</summary>
    Open,

    /// <summary>A batch has failed and a restart is about to be tried; writers wait for its end.</summary>
    Healing,

    /// <summary>The restart has failed; writers are refused until a later one succeeds.</summary>
    Failed,

    /// <summary>It was disposed.</summary>
    Closed,
}

/// <summary>A place in a journal.</summary>
/// <param name="Batch">The last batch before it.</param>
/// <param name="Bytes">The bytes before it, counted from the opening.</param>
internal readonly record struct JournalMark(long Batch, long Bytes);
