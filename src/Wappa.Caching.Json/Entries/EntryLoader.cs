using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Entries;

/// <summary>Brings the entries from the folder into memory: the base, then the journal's batches after it.</summary>
/// <remarks>
/// <b>A batch that is missing</b> may have removed or replaced anything, so everything from before it is forgotten: a cache may
/// forget, and must not serve what was removed.
/// </remarks>
internal sealed partial class EntryLoader(EntryBase found, MemoryCacheStore memory, DiskClock clock, ILogger logger)
{
    private const int MostLooks = 5;

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

    /// <summary>Reads a folder that may have an owner.</summary>
    /// <exception cref="CacheStoreUnavailableException">There is none.</exception>
    internal void Look(IFileSystem disk, string root, string directory)
    {
        var isThere = false;
        disk.List(root, (_, _) => !(isThere = true));
        if (!isThere) throw Failures.NoFolder();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Load(new JournalScan(disk, directory), quarantine: null);

                // What looks like damage may be a file that the owner replaced between two reads.
                if (!NeedsBase || attempt == MostLooks) return;
            }
            catch (FileSystemException) when (attempt < MostLooks)
            {
                // A segment was deleted after it was listed.
            }
        }
    }

    /// <summary>Makes the directories durable. A process that was killed after making one has left it there and not durable:
    /// nobody makes it again.</summary>
    internal static void SyncFolders(IFileSystem disk, string root)
    {
        disk.SyncDirectory(root);
        try
        {
            if (Path.GetDirectoryName(root) is { } above) disk.SyncDirectory(above);
        }
        catch (FileSystemException error) when (error.Error == FileError.Denied)
        {
            // A folder above that may not be opened is not ours: whoever made it for us has to sync it.
        }
    }

    private void ReadJournal(JournalScan scan, long after)
    {
        var next = after + 1;
        scan.Visit(after, (in BatchHeader batch, ReadOnlySpan<byte> lines) =>
        {
            MissUpTo(batch.Number, ref next, scan);
            Replay.Apply(batch.Lines, lines);
            next = batch.Number + 1;
        });
        MissUpTo(scan.Last + 1, ref next, scan);
    }

    private void MissUpTo(long batch, ref long next, JournalScan scan)
    {
        while (next < batch && (next > scan.Kept || scan.IsVoid(next))) next++;
        if (next >= batch) return;
        Replay.Clear();
        Note("Acknowledged batches of the journal of entries are missing or damaged; the entries from before them were forgotten, as " +
            "the missing batches may have removed any of them.");
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
