using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Entries;

/// <summary>Brings the entries from the folder into memory: the base, then the journal's batches after it.</summary>
/// <remarks>
/// <b>A batch that is missing</b> may have removed or replaced anything. If it was known to be durable, this is damage, and
/// everything from before it is forgotten: a cache may forget, and must not serve what was removed. If it never was (a loss of
/// power with <see cref="Durability.Interval"/> takes sectors in any order), what counts is what stands before it, and everything
/// after it is dropped.
/// </remarks>
internal sealed partial class EntryLoader(EntryBase found, MemoryCacheStore memory, DiskClock clock, ILogger logger)
{
    /// <summary>What was read.</summary>
    internal EntryReplay Replay { get; private set; } = new(memory, clock);

    /// <summary>The number of the base in use; 0: none.</summary>
    internal long BaseNumber { get; private set; }

    /// <summary>How long the base is.</summary>
    internal long BaseBytes { get; private set; }

    /// <summary>What is wrong, in a sentence; empty: nothing is.</summary>
    internal string Problem { get; private set; } = "";

    /// <summary>Whether the batches on disk do not lead to what is in memory, so that a new base must.</summary>
    internal bool NeedsBase { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <param name="scan">The journal.</param>
    /// <param name="quarantine">Where to keep what cannot be read; null: nowhere.</param>
    internal void Load(JournalScan scan, Quarantine? quarantine)
    {
        Replay = new EntryReplay(memory, clock);
        Replay.Clear();
        (Problem, NeedsBase) = ("", false);
        var state = found.Read(scan.Revision, (in BatchHeader piece, ReadOnlySpan<byte> lines) => Replay.Apply(piece.Lines, lines));
        (BaseNumber, BaseBytes) = (state.Number, state.Bytes);
        foreach (var bytes in state.Damaged) quarantine?.Keep("base.jsonl", bytes, state.Problem);
        if (state.Problem.Length > 0) Note(state.Problem);
        ReadJournal(scan, Math.Max(scan.Applied, state.After));
        if (Replay.HasFailed) Note("A line of the entries is valid and this version cannot read it; what was before it was forgotten.");
        Report(scan, quarantine);
    }

    private void ReadJournal(JournalScan scan, long after)
    {
        var next = after + 1;
        var isOver = false;
        scan.Visit(after, (in BatchHeader batch, ReadOnlySpan<byte> lines) =>
        {
            if (batch.Number != next) isOver |= Miss(next, scan);
            next = batch.Number + 1;
            if (!isOver) Replay.Apply(batch.Lines, lines);
        });
        if (scan.Last >= next && !isOver) Miss(next, scan);
    }

    // True: what comes after the missing batch does not count.
    private bool Miss(long batch, JournalScan scan)
    {
        NeedsBase = true;
        if (batch > scan.Synced) return true;
        Replay.Clear();
        Note("Acknowledged batches of the journal of entries are missing or damaged; the entries from before them were forgotten, as " +
            "the missing batches may have removed any of them.");
        return false;
    }

    private void Report(JournalScan scan, Quarantine? quarantine)
    {
        foreach (var remains in scan.Remains)
        {
            var reason = $"No valid batch stands at byte {remains.Offset} of segment {remains.Segment} of the journal of entries. " +
                (Problem.Length > 0 ? "It is damaged." : "It was not acknowledged when the store ended, or else it was damaged since.");
            quarantine?.Keep($"entries-{remains.Segment:D8}-{remains.Offset}.jsonl", remains.Bytes, reason);
            LogRemains(logger, reason);
        }
    }

    private void Note(string problem)
    {
        NeedsBase = true;
        Problem = problem;
        LogDamage(logger, problem);
    }

    [LoggerMessage(30, LogLevel.Warning, "{Reason}")]
    private static partial void LogRemains(ILogger logger, string reason);

    [LoggerMessage(31, LogLevel.Error, "{Problem}")]
    private static partial void LogDamage(ILogger logger, string problem);
}
