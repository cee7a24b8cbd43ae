using System.Runtime.InteropServices;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>Reads records: from memory if they are there, else from their files.</summary>
/// <remarks>
/// A file is read outside the record's lock. <i>Interleaving:</i> it is read, then the record comes into memory, changes, is
/// written to its file and leaves again, and then what was read is about to enter the memory. So the stripe counts the records
/// that have left, and what was read under another count is read again.
/// </remarks>
internal sealed class RecordReader(
    ResidentRecords records, RecordFiles files, Checkpointer checkpointer, DiskClock clock, Revisions revisions, RecordDamage damage)
{
    private const int FreeAttempts = 3;

    /// <summary>Reads a record that is in memory and alive: the hot path, which neither waits nor throws.</summary>
    internal bool TryReadResident(in RecordKey key, out DocumentRecord found)
    {
        var record = records.Find(key);
        if (record?.Current is not { } current || clock.Store.HasPassed(current.ExpiresAt))
        {
            found = default;
            return false;
        }

        if (!record.Visited) record.Visited = true; // tested first: a hot record's cache line stays shared among the cores
        found = DocumentRecord.Hit(current, current.Revision, current.ExpiresAt, clock.Store);
        return true;
    }

    internal DocumentRecord Read(in RecordKey key)
    {
        if (TryReadResident(key, out var found)) return found;
        var record = records.Find(key);
        if (record?.Current is not { } current || IsMark(current)) return ReadSlowly(key);
        if (!record.Visited) record.Visited = true;
        return Seen(current);
    }

    /// <summary>Reads records of one stripe as they are at one moment, so that no commit shows in half of them.</summary>
    /// <param name="stripe">Their stripe.</param>
    /// <param name="keys">Which.</param>
    /// <param name="isComplete">Called under the lock: whether these are still the records that are wanted. Null:
    /// yes.</param>
    /// <returns>One per key; null: they are no longer the ones that are wanted.</returns>
    internal DocumentRecord[]? ReadTogether(RecordTable.Stripe stripe, ReadOnlySpan<RecordKey> keys, Func<bool>? isComplete = null)
    {
        var found = new DocumentRecord[keys.Length];
        var loaded = new StoredDocument?[keys.Length];
        for (var attempt = 0; ; attempt++)
        {
            int removals;
            lock (stripe.Lock) removals = stripe.Removals;
            Load(keys, loaded);
            lock (stripe.Lock)
            {
                if (isComplete?.Invoke() == false) return null;

                // Somebody may keep evicting; after a few attempts the files are read under the lock. What is damaged is not
                // repaired under it: that waits for the checkpoint's gate, whose holder may wait for the stripe.
                if (stripe.Removals != removals && (attempt < FreeAttempts || !TryLoadLocked(keys, loaded))) continue;
                var i = 0;
                while (i < keys.Length && TrySee(records.FindLocked(keys[i])?.Current, loaded[i], out found[i])) i++;
                if (i == keys.Length) return found;
            }
        }
    }

    /// <summary>The version in a record's file; one that is absent or has expired has an expiry that has passed.</summary>
    /// <param name="key">The record.</param>
    /// <param name="isBehind">Whether the file has to be written again or removed.</param>
    /// <exception cref="CacheStoreCorruptException">The file was damaged and nothing else has the record.</exception>
    /// <exception cref="CacheStoreUnavailableException">The disk failed.</exception>
    internal StoredDocument LoadFile(in RecordKey key, out bool isBehind)
    {
        try
        {
            return TryLoadFile(key, out isBehind, out var problem) ?? damage.Repair(key, problem);
        }
        catch (FileSystemException error)
        {
            throw Failures.Unreadable(error);
        }
    }

    /// <summary>Looks only whether a record that is not in memory has expired; if so, its file is entered for removal.</summary>
    internal void ReadExpiry(in RecordKey key)
    {
        var stripe = records.StripeOf(key);
        int removals;
        lock (stripe.Lock) removals = stripe.Removals;
        var version = LoadFile(key, out var isBehind);
        if (!isBehind) return;
        var crowded = false;
        lock (stripe.Lock)
        {
            if (stripe.Removals == removals && records.FindLocked(key) is null)
                EnterLocked(key, stripe, null, version, isBehind, ref crowded);
        }

        if (crowded) records.Grow(stripe);
    }

    /// <summary>Enters a version read from a file into memory; the caller holds the stripe and has checked that nothing came
    /// between.</summary>
    internal JsonRecord EnterLocked(
        in RecordKey key, RecordTable.Stripe stripe, JsonRecord? record, StoredDocument version, bool isBehind, ref bool crowded)
    {
        if (record is null) record = records.AddLocked(key, stripe, version, ref crowded);
        else records.ShowLoaded(record, version);
        if (isBehind) checkpointer.Add(record);
        return record;
    }

    internal DocumentRecord Seen(StoredDocument current) =>
        clock.Store.HasPassed(current.ExpiresAt) ? DocumentRecord.Miss : Hit(current);

    internal DocumentRecord Hit(StoredDocument? version) =>
        version is null ? DocumentRecord.Miss : DocumentRecord.Hit(version, version.Revision, version.ExpiresAt, clock.Store);

    /// <summary>The record as it is in memory, if it is there in full.</summary>
    /// <exception cref="CacheStoreCorruptException">Its file was damaged.</exception>
    internal static StoredDocument? Known(StoredDocument? current)
    {
        if (ReferenceEquals(current, JsonRecord.Corrupt)) throw RecordDamage.Error();
        return ReferenceEquals(current, JsonRecord.Unloaded) ? null : current;
    }

    private static bool IsMark(StoredDocument version) =>
        ReferenceEquals(version, StoredDocument.Pending) || ReferenceEquals(version, JsonRecord.Unloaded) ||
        ReferenceEquals(version, JsonRecord.Corrupt);

    private DocumentRecord ReadSlowly(in RecordKey key)
    {
        var stripe = records.StripeOf(key);
        while (true)
        {
            int removals;
            lock (stripe.Lock)
            {
                removals = stripe.Removals;
                if (Known(records.FindLocked(key)?.Current) is { } current) return Seen(current);
            }

            var version = LoadFile(key, out var isBehind);
            var crowded = false;
            lock (stripe.Lock)
            {
                var record = records.FindLocked(key);
                if (Known(record?.Current) is { } current) return Seen(current);
                if (stripe.Removals != removals) continue;
                if (records.KeepsReads || isBehind || record is not null)
                    EnterLocked(key, stripe, record, version, isBehind, ref crowded);
            }

            if (crowded) records.Grow(stripe);
            records.MakeRoom(thorough: false);
            return Seen(version);
        }
    }

    // Null: the file is damaged.
    private StoredDocument? TryLoadFile(in RecordKey key, out bool isBehind, out string problem)
    {
        isBehind = false;
        switch (files.Read(key, out var image, out problem))
        {
            case null:
                return files.IsLost(key) ? null : JsonRecord.Absent;
            case RecordFileState.Valid:
                revisions.AtLeast(image.Revision);
                var expiresAt = clock.FromDisk(image.ExpiresAt);
                isBehind = clock.Store.HasPassed(expiresAt);
                return new StoredDocument(image.Document!, image.Revision, expiresAt);
            case RecordFileState.Edited:
                // What stood there under the old revision was something else, so it gets one of its own.
                revisions.AtLeast(image.Revision);
                isBehind = true;
                return new StoredDocument(image.Document!, revisions.Next(), clock.FromDisk(image.ExpiresAt));
            default:
                return null;
        }
    }

    private void Load(ReadOnlySpan<RecordKey> keys, Span<StoredDocument?> loaded)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            loaded[i] = null;
            if (Known(records.Find(keys[i])?.Current) is not null) continue;
            loaded[i] = LoadFile(keys[i], out var isBehind);

            // Into memory with it: an edited file has got a revision, and that must be the one the next reader sees too.
            if (isBehind) ReadSlowly(keys[i]);
        }
    }

    private bool TryLoadLocked(ReadOnlySpan<RecordKey> keys, Span<StoredDocument?> loaded)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            loaded[i] = null;
            if (Known(records.FindLocked(keys[i])?.Current) is not null) continue;
            try
            {
                loaded[i] = TryLoadFile(keys[i], out var isBehind, out _);
                if (loaded[i] is null || isBehind) return false;
            }
            catch (FileSystemException error)
            {
                throw Failures.Unreadable(error);
            }
        }

        return true;
    }

    private bool TrySee(StoredDocument? current, StoredDocument? loaded, out DocumentRecord record)
    {
        var version = Known(current) ?? loaded;
        record = version is null ? default : Seen(version);
        return version is not null; // else it left memory after it was looked for there
    }
}
