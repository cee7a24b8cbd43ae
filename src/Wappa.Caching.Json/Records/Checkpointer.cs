using Wappa.Caching.Json.Files;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>Writes what has changed into the record files and lets go of the journal that has it. One checkpoint at a
/// time.</summary>
internal sealed class Checkpointer(
    RecordFiles files, ResidentRecords records, NameIndex names, DiskClock clock, JsonStoreSeams seams)
{
    private readonly Lock _gate = new();
    private readonly FileBuffer _buffer = new();
    private List<JsonRecord> _dirty = [];
    private bool _syncsAll = true;

    /// <summary>Held while files are written, and by whoever must not have them written meanwhile.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Called when the first file falls behind.</summary>
    internal Action? FirstBehind { get; set; }

    /// <summary>How many records' files are behind.</summary>
    internal int Behind
    {
        get
        {
            lock (_gate) return _dirty.Count;
        }
    }

    /// <summary>When the oldest of the changes that the files do not have was made, as an instant of the store's clock; null:
    /// they have everything.</summary>
    internal long? BehindSince { get; private set; }

    /// <summary>Enters a record whose file is behind.</summary>
    /// <returns>True: it is the first.</returns>
    internal bool Add(JsonRecord record)
    {
        if (!record.MarkBehind()) return false;
        lock (_gate)
        {
            _dirty.Add(record);
            if (_dirty.Count > 1) return false;
            BehindSince = clock.Store.Now;
        }

        FirstBehind?.Invoke();
        return true;
    }

    /// <summary>Brings the files of all entered records up to date and makes them durable. The caller holds the
    /// gate.</summary>
    /// <exception cref="FileSystemException">It failed; what was not done stays entered.</exception>
    internal void WriteFiles()
    {
        List<JsonRecord> dirty;
        lock (_gate)
        {
            dirty = _dirty;
            _dirty = [];
            BehindSince = null;
        }

        // Few files are synced faster one by one.
        var each = dirty.Count <= seams.FewFiles || !_syncsAll;
        var begun = 0;
        try
        {
            if (!each && !(_syncsAll = files.Disk.TrySyncAll(files.Root))) each = true;
            var touched = new HashSet<string>(StringComparer.Ordinal);
            foreach (var record in dirty)
            {
                begun++;
                if (WriteFile(record, each) is { } directory) touched.Add(directory);
            }

            if (each)
            {
                foreach (var directory in touched) files.Disk.SyncDirectory(directory);
            }
            else if (!files.Disk.TrySyncAll(files.Root))
            {
                throw new FileSystemException("The file system was synced as a whole before and cannot be now.", FileError.Device);
            }

            foreach (var record in dirty) record.MarkWritten();
        }
        catch
        {
            // None of them is known to be durable, so all of them are written again. Those not begun are marked as behind
            // still, so nobody else enters them.
            lock (_gate)
            {
                _dirty.AddRange(dirty[begun..]);
                BehindSince ??= clock.Store.Now;
            }

            foreach (var record in dirty[..begun]) Add(record);
            FirstBehind?.Invoke();
            throw;
        }
    }

    private string? WriteFile(JsonRecord record, bool sync)
    {
        record.MarkBeingWritten(); // before the version is read: a later one enters it again
        var version = CurrentOf(record);
        if (version is null || ReferenceEquals(version, JsonRecord.Corrupt) || ReferenceEquals(version, JsonRecord.Unloaded)) return null;
        var key = record.Key;
        if (clock.Store.HasPassed(version.ExpiresAt))
        {
            if (seams.Fault == ProtocolFault.KeepDeletedFile) return null;
            names.Remove(files.Layout.PathOf(key));
            return files.Delete(key);
        }

        var directory = files.Write(key, version, sync, _buffer);
        names.Add(files.Layout, key);
        return directory;
    }

    private StoredDocument? CurrentOf(JsonRecord record)
    {
        if (seams.Fault == ProtocolFault.PendingToFiles && record.Pending is { } pending) return pending;
        var version = record.Current;
        if (!ReferenceEquals(version, StoredDocument.Pending)) return version;
        lock (records.StripeOf(record.Key).Lock) return record.Current; // a commit of several is being published
    }
}
