using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>What happens to a record whose file cannot be read: the file is kept aside, and the record is restored from the
/// journal if a segment still has it.</summary>
internal sealed partial class RecordDamage(
    RecordFiles files, ResidentRecords records, Checkpointer checkpointer, NameIndex names, DiskClock clock, Quarantine quarantine,
    string journal, ILogger logger)
{
    private long _healed;

    internal long Healed => Volatile.Read(ref _healed);

    internal static CacheStoreCorruptException Error() => new(
        "The record's file was damaged; it was moved to the folder 'quarantine' with the reason beside it. Restore the file, " +
        "or write or delete the record.");

    /// <summary>Puts a damaged file aside.</summary>
    /// <returns>The record's version, from a file that was replaced meanwhile or from the journal.</returns>
    /// <exception cref="CacheStoreCorruptException">Nothing has it any more. The record says so until it is written or
    /// deleted.</exception>
    internal StoredDocument Repair(in RecordKey key, string problem)
    {
        lock (checkpointer.Gate)
        {
            // A checkpoint may just have replaced it.
            var state = files.Read(key, out var image, out var now);
            if (state is null) return JsonRecord.Absent;
            if (state != RecordFileState.Damaged && state != RecordFileState.Original) return Version(image);
            var found = FindInJournal(key, out var last);
            quarantine.Take(files.PathOf(key), now.Length > 0 ? now : problem);
            names.Remove(files.Layout.PathOf(key));
            LogDamaged(logger, key.Kind, now);
            var version = found ? Version(last) : JsonRecord.Corrupt;
            Enter(key, version, found);
            if (!found) throw Error();
            Interlocked.Increment(ref _healed);
            LogHealed(logger, key.Kind);
            return version;
        }
    }

    /// <summary>Puts a file aside whose key nobody knows.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="problem">Why.</param>
    internal void TakeUnknown(string path, string problem)
    {
        lock (checkpointer.Gate)
        {
            quarantine.Take(string.Concat(files.Root, "/", path), problem);
            LogDamaged(logger, RecordKind.Table, problem);
        }
    }

    private void Enter(in RecordKey key, StoredDocument version, bool isBehind)
    {
        var stripe = records.StripeOf(key);
        var crowded = false;
        lock (stripe.Lock)
        {
            var record = records.FindLocked(key);
            if (record is null) record = records.AddLocked(key, stripe, version, ref crowded);
            else record.TryReplace(JsonRecord.Unloaded, version);
            if (isBehind) checkpointer.Add(record);
        }

        if (crowded) records.Grow(stripe);
    }

    private StoredDocument Version(in RecordImage image) => image.Document is null
        ? JsonRecord.Absent
        : new StoredDocument(image.Document, image.Revision, clock.FromDisk(image.ExpiresAt));

    // The last line of a key in the segments that are left is its newest version: older segments are deleted first. The one
    // exception is a batch that failed and was voided by the segment after it; whether a batch was is not always known, so a
    // key that stands in one that may have been is not restored.
    private bool FindInJournal(RecordKey key, out RecordImage image)
    {
        var found = default(RecordImage);
        var certain = false;
        var keys = new KeyText();
        var scan = new JournalScan(files.Disk, journal);
        var voidable = scan.Segments.Select(segment => segment.After).ToHashSet();
        scan.Visit(-1, (in BatchHeader header, ReadOnlySpan<byte> lines) =>
        {
            while (!lines.IsEmpty && RecordLine.TryRead(ref lines, keys, out var line))
            {
                if (line.Key != key) continue;
                found = line;
                certain = !voidable.Contains(header.Number);
            }
        });
        image = found;
        return certain;
    }

    [LoggerMessage(1, LogLevel.Error, "The file of a {Kind} record is damaged and was moved to quarantine: {Problem}")]
    private static partial void LogDamaged(ILogger logger, RecordKind kind, string problem);

    [LoggerMessage(2, LogLevel.Warning, "A {Kind} record whose file was damaged was restored from the journal.")]
    private static partial void LogHealed(ILogger logger, RecordKind kind);
}
