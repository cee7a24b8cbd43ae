using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>The steps of opening a folder: what the last owner left is made sure of, reported and replayed.</summary>
internal sealed partial class RecordOpening(IFileSystem disk, RecordFiles files, Quarantine quarantine, ILogger logger)
{
    /// <summary>What of the journal was damaged, in a sentence; empty: nothing.</summary>
    internal string Damage { get; private set; } = "";

    /// <summary>Makes the directories durable that are there.</summary>
    /// <remarks>
    /// A process that was killed between making a directory and syncing the one above it leaves a directory that is there and
    /// not durable: nobody would make it again, and a loss of power would take it with everything in it.
    /// </remarks>
    internal void SyncFolders()
    {
        disk.SyncDirectory(files.Root);
        foreach (var above in files.Layout.Directories.Select(static path => Path.GetDirectoryName(path)).Distinct())
        {
            if (string.IsNullOrEmpty(above)) continue;
            try
            {
                disk.SyncDirectory(Path.Combine(files.Root, above));
            }
            catch (FileSystemException error) when (error.Error == FileError.Missing)
            {
                // Nothing has been written below it yet.
            }
        }

        try
        {
            if (Path.GetDirectoryName(files.Root) is { } above) disk.SyncDirectory(above);
        }
        catch (FileSystemException error) when (error.Error == FileError.Denied)
        {
            // A folder above that may not be opened is not ours: whoever made it for us has to sync it.
        }
    }

    /// <summary>Reports and keeps aside what is no valid batch.</summary>
    internal void Report(JournalScan scan)
    {
        foreach (var remains in scan.Remains)
        {
            var damaged = remains.IsDamage || scan.Missing > 0;
            var reason = damaged
                ? $"Damage in segment {remains.Segment} of the journal at byte {remains.Offset}: no valid batch stands here."
                : $"The last batch of segment {remains.Segment} of the journal, at byte {remains.Offset}, is incomplete. It was " +
                  "not acknowledged when the store ended, or else it was damaged since.";
            quarantine.Keep($"journal-{remains.Segment:D8}-{remains.Offset}.jsonl", remains.Bytes, reason);
            LogRemains(logger, reason);
        }

        if (scan.Missing > 0)
        {
            NoteDamage($"{scan.Missing} acknowledged batches of the journal are missing or damaged; the valid ones after them were " +
                "kept. What is left of them is in the folder 'quarantine'.");
        }
    }

    /// <summary>Brings what the journal has and the files do not into memory.</summary>
    internal void Replay(
        JournalScan scan, ResidentRecords records, Checkpointer checkpointer, Revisions revisions, DiskClock clock)
    {
        var keys = new KeyText();
        var unreadable = 0;
        scan.Visit(scan.Applied, (in BatchHeader header, ReadOnlySpan<byte> lines) =>
        {
            for (var line = 0; line < header.Lines; line++)
            {
                if (!RecordLine.TryRead(ref lines, keys, out var image))
                {
                    unreadable++;
                    return;
                }

                Replay(image, records, checkpointer, revisions, clock);
            }
        });
        if (unreadable > 0) NoteDamage($"{unreadable} batches of the journal are valid and hold lines this version cannot read.");
    }

    /// <summary>Reads the names of all files.</summary>
    internal void ReadNames(NameIndex names, RecordLists lists, Func<bool> isClosed)
    {
        try
        {
            var layout = files.Layout;
            for (var i = 0; i < layout.Directories.Count; i++) ReadNames(i, names, lists, isClosed);
            names.SetComplete();
        }
        catch (FileSystemException error)
        {
            names.SetFailed(Failures.Unreadable(error));
        }
        catch (CacheStoreException error)
        {
            names.SetFailed(error);
        }
    }

    private static void Replay(
        in RecordImage image, ResidentRecords records, Checkpointer checkpointer, Revisions revisions, DiskClock clock)
    {
        var version = image.Document is { } document
            ? new StoredDocument(document, image.Revision, clock.FromDisk(image.ExpiresAt))
            : new StoredDocument(CacheDocument.Empty, image.Revision, StoredDocument.Gone);
        revisions.AtLeast(image.Revision);
        var stripe = records.StripeOf(image.Key);
        var crowded = false;
        lock (stripe.Lock)
        {
            var record = records.FindLocked(image.Key);
            if (record is null) record = records.AddLocked(image.Key, stripe, version, ref crowded);
            else records.Show(record, version);
            checkpointer.Add(record);
        }

        if (crowded) records.Grow(stripe);
    }

    private void ReadNames(int index, NameIndex names, RecordLists lists, Func<bool> isClosed)
    {
        var layout = files.Layout;
        var directory = layout.Directories[index];
        Span<char> start = stackalloc char[directory.Length + 1];
        directory.CopyTo(start);
        start[^1] = '/';
        var prefix = start.ToString();
        disk.List(Path.Combine(files.Root, directory), (name, isDirectory) =>
        {
            if (isDirectory || layout.Read(index, name, out var owner) is var kind && kind == FileNameKind.Foreign) return !isClosed();
            Span<char> path = stackalloc char[prefix.Length + name.Length];
            prefix.CopyTo(path);
            name.CopyTo(path[prefix.Length..]);
            if (kind == FileNameKind.Shortened)
            {
                if (lists.KeyOf(path.ToString()) is not { } key) return !isClosed();
                owner = layout.OwnerHash(key.Kind, key.Tenant, key.Owner);
            }

            names.Add(path, owner);
            return !isClosed();
        });
    }

    private void NoteDamage(string problem)
    {
        Damage = problem;
        LogDamage(logger, problem);
    }

    [LoggerMessage(14, LogLevel.Warning, "{Reason} The bytes were kept in the folder 'quarantine'.")]
    private static partial void LogRemains(ILogger logger, string reason);

    [LoggerMessage(15, LogLevel.Error, "{Problem}")]
    private static partial void LogDamage(ILogger logger, string problem);
}
