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

    /// <summary>The last batch that was published; what stands behind it in the journal may never become durable.</summary>
    internal Func<long> Published { get; set; } = static () => long.MaxValue;

    internal static CacheStoreCorruptException Error() => new(
        "The record's file was damaged; it was moved to the folder 'quarantine' with the reason beside it. Restore the file, " +
        "or write or delete the record.");

    /// <summary>Puts a damaged file aside.</summary>
    /// <returns>The record's version: from memory, from a file that was replaced meanwhile, or from the journal.</returns>
    /// <exception cref="CacheStoreCorruptException">Nothing has it any more. The record says so until it is written or
    /// deleted.</exception>
    /// <exception cref="FileSystemException">The disk failed; the file is still there.</exception>
    internal StoredDocument Repair(in RecordKey key, string problem)
    {
        lock (checkpointer.Gate)
        {
            // A checkpoint may just have replaced it.
            var state = files.Read(key, out var image, out var now);
            var wasLost = state is null && files.IsLost(key);
            if (state is null && !wasLost) return JsonRecord.Absent;
            if (state is RecordFileState.Valid or RecordFileState.Edited) return Version(image);

            // First into the list of what is written: then it cannot leave memory while its file is away.
            var known = EnterKnown(key);
            var found = default(RecordImage);
            var isFound = known is null && FindInJournal(key, out found);
            if (!wasLost) TakeAside(key, now.Length > 0 ? now : problem);
            var version = known ?? (isFound ? Version(found) : JsonRecord.Corrupt);
            if (known is null) version = Enter(key, version, isFound);
            if (ReferenceEquals(version, JsonRecord.Corrupt)) throw Error();
            Interlocked.Increment(ref _healed);
            LogHealed(logger, key.Kind);
            return version;
        }
    }

    /// <summary>Puts a file aside of which only its content could tell whose it is. Whoever asks for the record by its key
    /// learns then that it was damaged.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="key">The record, if the file has been replaced meanwhile.</param>
    /// <returns>Whether it has.</returns>
    /// <exception cref="FileSystemException">The disk failed; the file is still there.</exception>
    internal bool TakeUnlessReplaced(string path, out RecordKey key)
    {
        lock (checkpointer.Gate)
        {
            var state = files.ReadAny(path, out var image, out var problem);
            key = image.Key;
            if (state is RecordFileState.Valid or RecordFileState.Edited) return true;
            if (state is null) return false;
            files.SetLost(path); // before it is gone: a reader who finds no file looks there
            quarantine.Take(string.Concat(files.Root, "/", path), problem);
            names.Remove(path);
            LogDamaged(logger, RecordKind.Table, problem);
            return false;
        }
    }

    private void TakeAside(in RecordKey key, string problem)
    {
        quarantine.Take(files.PathOf(key), problem);
        names.Remove(files.Layout.PathOf(key));
        LogDamaged(logger, key.Kind, problem);
    }

    /// <summary>The version in memory, whose file will be written again; null: it is not there.</summary>
    private StoredDocument? EnterKnown(in RecordKey key)
    {
        lock (records.StripeOf(key).Lock)
        {
            var record = records.FindLocked(key);
            if (record?.Current is not { } current || ReferenceEquals(current, JsonRecord.Corrupt) ||
                ReferenceEquals(current, JsonRecord.Unloaded))
            {
                return null;
            }

            checkpointer.Add(record);
            return current;
        }
    }

    /// <summary>Enters what is left of a record.</summary>
    /// <returns>What readers see now: a change may have come between.</returns>
    private StoredDocument Enter(in RecordKey key, StoredDocument version, bool isBehind)
    {
        var stripe = records.StripeOf(key);
        var crowded = false;
        lock (stripe.Lock)
        {
            var record = records.FindLocked(key);
            if (record is null) record = records.AddLocked(key, stripe, version, ref crowded);
            else records.ShowLoaded(record, version);
            if (isBehind) checkpointer.Add(record);
            version = record.Current!;
        }

        if (crowded) records.Grow(stripe);
        return version;
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
        var published = Published();
        scan.Visit(-1, (in BatchHeader header, ReadOnlySpan<byte> lines) =>
        {
            if (header.Number > published) return;
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
