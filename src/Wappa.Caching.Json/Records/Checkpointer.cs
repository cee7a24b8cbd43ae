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
    private bool? _syncsAll;
    private long? _since;
    private long? _writingSince;
    private int _writing;

    /// <summary>Held while files are written, and by whoever must not have them written meanwhile.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Called when the first file falls behind.</summary>
    internal Action? FirstBehind { get; set; }

    /// <summary>How many records' files are behind.</summary>
    internal int Behind
    {
        get
        {
            lock (_gate) return _dirty.Count + _writing;
        }
    }

    /// <summary>When the oldest of the changes that the files do not have was made, as an instant of the store's clock; null:
    /// they have everything.</summary>
    internal long? BehindSince
    {
        get
        {
            lock (_gate) return _writingSince ?? _since;
        }
    }

    /// <summary>Enters a record whose file is behind.</summary>
    /// <returns>True: it is the first.</returns>
    internal bool Add(JsonRecord record)
    {
        if (record.IsBehind) return false;
        lock (_gate)
        {
            // Marked and entered in one hold: a checkpoint between the two would leave out a record that is marked as entered,
            // and nobody would enter it again.
            if (record.IsBehind) return false;
            record.MarkBehind();
            _dirty.Add(record);
            if (_dirty.Count > 1) return false;
            _since = clock.Store.Now;
        }

        FirstBehind?.Invoke();
        return true;
    }

    /// <summary>Enters records that nobody else has yet.</summary>
    internal void AddNew(List<JsonRecord> records)
    {
        if (records.Count == 0) return;
        lock (_gate)
        {
            foreach (var record in records) record.MarkBehind();
            _dirty.AddRange(records);
            _since ??= clock.Store.Now;
        }
    }

    /// <summary>The records whose files are behind, each with the version that readers see.</summary>
    internal IEnumerable<(JsonRecord Record, StoredDocument Version)> Entered()
    {
        JsonRecord[] dirty;
        lock (_gate) dirty = [.. _dirty];
        foreach (var record in dirty)
        {
            if (CurrentOf(record) is { Revision: > 0 } version) yield return (record, version);
        }
    }

    /// <summary>Brings the files of all entered records up to date and makes them durable. The caller holds the
    /// gate.</summary>
    /// <param name="makeDurable">Called when it is known which versions are written and before any of them is: makes them
    /// durable in the journal. False: they cannot be made so.</param>
    /// <returns>False: so nothing was written, and everything stays entered.</returns>
    /// <exception cref="FileSystemException">It failed; what was not done stays entered.</exception>
    /// <remarks>A version that is shown later is not written even if its record is: the journal may not have it durably, and a
    /// loss of power could take it there and leave the file.</remarks>
    internal bool WriteFiles(Func<bool> makeDurable)
    {
        List<JsonRecord> dirty;
        lock (_gate)
        {
            dirty = _dirty;
            _dirty = [];
            (_writingSince, _since) = (_since, null);
            _writing = dirty.Count;
        }

        // All of them before the first version is read: after a failure, a record that is still marked so is in no list, and
        // one that is marked as behind again has been entered by whoever changed it meanwhile.
        foreach (var record in dirty) record.MarkBeingWritten();
        var isWritten = false;
        try
        {
            var versions = dirty.ConvertAll(CurrentOf);
            if (!makeDurable()) return false;
            WriteFiles(dirty, versions);
            return isWritten = true;
        }
        finally
        {
            // None of them is known to be durable, so all of them are written again.
            if (!isWritten) dirty.ForEach(record => Add(record));
            lock (_gate)
            {
                if (!isWritten) _since = _writingSince;
                _writingSince = null;
                _writing = 0;
            }
        }
    }

    private void WriteFiles(List<JsonRecord> dirty, List<StoredDocument?> versions)
    {
        // Few files are synced faster one by one. The first time, it is tried whether the other way is there at all.
        var each = dirty.Count <= seams.FewFiles || !(_syncsAll ??= files.Disk.TrySyncAll(files.Root));
        var touched = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < dirty.Count; i++)
        {
            if (WriteFile(dirty[i].Key, versions[i], each) is { } directory) touched.Add(directory);
        }

        if (each)
        {
            foreach (var directory in touched) files.Disk.SyncDirectory(directory);
        }
        else if (!files.Disk.TrySyncAll(files.Root))
        {
            throw new FileSystemException("The file system was synced as a whole before and cannot be now.", FileError.Device);
        }

        for (var i = 0; i < dirty.Count; i++)
        {
            dirty[i].MarkWritten();
            if (versions[i] is { ExpiresAt: StoredDocument.Gone }) records.LetGo(dirty[i]);
        }
    }

    private string? WriteFile(in RecordKey key, StoredDocument? version, bool sync)
    {
        if (version is null || ReferenceEquals(version, JsonRecord.Corrupt) || ReferenceEquals(version, JsonRecord.Unloaded)) return null;
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
