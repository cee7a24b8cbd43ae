using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>The parts of a store of records, put together: opening, checkpoints, healing and closing.</summary>
internal sealed partial class RecordEngine : IJournalOwner<RecordItem>, IDisposable
{
    private const long LongJournal = 16 << 20;

    private readonly JsonStoreOptions _options;
    private readonly JsonStoreSeams _seams;
    private readonly ILogger _logger;
    private readonly IFileSystem _disk;
    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly string _directory;
    private readonly DiskClock _clock;
    private readonly ResidentRecords _records;
    private readonly NameIndex _names = new();
    private readonly Checkpointer _checkpointer;
    private readonly Quarantine _quarantine;
    private readonly RecordDamage _damage;
    private readonly RecordFiles _files;
    private readonly long _maxRecordBytes;
    private RecordRoutine? _routine;
    private FolderOwner? _owner;
    private Revisions _revisions = null!;
    private Exception? _checkpointError;
    private long _replayedBytes;
    private int _closed;

    internal RecordEngine(JsonStoreOptions options, long maxRecordBytes, JsonStoreSeams seams, ILogger logger)
    {
        _options = options;
        _seams = seams;
        _logger = logger;
        _maxRecordBytes = maxRecordBytes;
        _disk = seams.Files ?? FileSystems.Default;
        _time = seams.Time ?? TimeProvider.System;
        _root = options.FullPath;
        _directory = Path.Combine(_root, ".journal");
        _clock = new DiskClock(_time);
        _records = new ResidentRecords(_clock, options.MaxCachedBytes);
        _files = new RecordFiles(_disk, _root, Layouts.Of(options), _clock);
        _checkpointer = new Checkpointer(_files, _records, _names, _clock, seams);
        _quarantine = new Quarantine(_disk, _root, _time);
        _damage = new RecordDamage(_files, _records, _checkpointer, _names, _clock, _quarantine, _directory, logger);
    }

    internal RecordReader Reader { get; private set; } = null!;

    internal RecordWriter Writer { get; private set; } = null!;

    internal RecordLists Lists { get; private set; } = null!;

    internal RecordOpening Opening { get; private set; } = null!;

    internal Journal<RecordItem> Journal { get; private set; } = null!;

    internal Checkpointer Checkpointer => _checkpointer;

    internal ResidentRecords Records => _records;

    internal NameIndex Names => _names;

    internal JsonStoreOptions Options => _options;

    internal TimeProvider Time => _time;

    internal JsonStoreStatus Status
    {
        get
        {
            var failed = Journal.State is JournalState.Failed or JournalState.Healing;
            var problem = failed ? Journal.Error : _checkpointError;
            var since = _checkpointer.BehindSince;
            return new JsonStoreStatus
            {
                State = failed ? JsonStoreState.Failed
                    : problem is not null || _quarantine.Count > 0 || Opening.Damage.Length > 0 ? JsonStoreState.Degraded
                    : JsonStoreState.Healthy,
                Problem = problem?.Message ?? (Opening.Damage.Length > 0 ? Opening.Damage
                    : _quarantine.Count > 0 ? "Damaged files were moved to the folder 'quarantine'." : ""),
                RecordsBehind = _checkpointer.Behind,
                FilesLag = since is { } instant ? new TimeSpan(Math.Max(0, _clock.Store.Now - instant)) : TimeSpan.Zero,
                JournalBytes = Journal.Lag,
                CachedBytes = _records.Bytes,
                Quarantined = _quarantine.Count,
                Healed = _damage.Healed,
            };
        }
    }

    /// <summary>This engine.</summary>
    /// <exception cref="ObjectDisposedException">It was closed; another process may change the folder.</exception>
    internal RecordEngine Open()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, typeof(JsonDocumentStore));
        return this;
    }

    long IJournalOwner<RecordItem>.Revision => _revisions.Highest;

    /// <summary>Opens the folder.</summary>
    internal void Start()
    {
        _disk.CreateDirectory(_directory);
        _owner = FolderOwner.Take(_disk, _directory, _time);
        var opening = Opening = new RecordOpening(_disk, _files, _quarantine, _logger);
        opening.SyncFolders();
        var scan = new JournalScan(_disk, _directory, _seams.Fault != ProtocolFault.NoChecksum);
        opening.Report(scan);
        var clock = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        _revisions = new Revisions(_seams.Fault == ProtocolFault.NoRevisionFloor ? 0 : Math.Max(scan.Revision, clock));
        Reader = new RecordReader(_records, _files, _checkpointer, _clock, _revisions, _damage);
        Writer = new RecordWriter(_records, Reader, _checkpointer, _clock, _revisions, _maxRecordBytes, _seams.Fault);
        Lists = new RecordLists(_records, Reader, _files, _names, _damage);
        _records.Start(Reclaim);
        _replayedBytes = scan.Bytes;
        opening.Replay(scan, new RecordReplay(_records, _checkpointer, _revisions, _clock, _seams.Inline));
        var settings = new JournalOptions(
            _disk, _directory, _options.Durability == Durability.Always, _options.MaxJournalBytes, _seams.SegmentBytes.First,
            _seams.SegmentBytes.Largest, _seams.Fault);
        var import = new RecordImport(_disk, _files, _quarantine, _time, _directory, _logger);
        if (scan.Segments.Count == 0) import.Begin(); // before the first segment, which says that the folder is not new
        Journal = Writer.Journal = new Journal<RecordItem>(settings, this, scan);
        _damage.Published = () => Journal.Published;
        import.Run(Writer);
        if (_seams.Inline) ReadNames();
        else _routine = new RecordRoutine(this);
    }

    /// <summary>Ends when the journal takes changes.</summary>
    /// <exception cref="CacheStoreException">It will not for a while.</exception>
    internal async ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        while (!Journal.IsReady)
        {
            var changed = Journal.Changed;
            switch (Journal.State)
            {
                case JournalState.Closed: throw new ObjectDisposedException(nameof(JsonDocumentStore));
                case JournalState.Failed: throw Failures.ReadOnlyNow(Journal.Error);
                case JournalState.Healing when _seams.Inline: Repair(); continue;
                case JournalState.Open when Journal.IsReady: return;
                case JournalState.Open when _checkpointError is { } error: throw Failures.Full(_options.MaxJournalBytes, error);
                case JournalState.Open when _seams.Inline: CheckpointOrNote(); continue;
                case JournalState.Open: _routine!.Hurry(); break;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends when a batch is acknowledged.</summary>
    internal Task WaitAsync(JournalBatch<RecordItem> batch, CancellationToken cancellationToken)
    {
        if (_seams.Inline)
        {
            while (!batch.Done.IsCompleted && Journal.Commit())
            {
                // It may take several: a checkpoint asks for a batch as well.
            }

            if (Journal.State == JournalState.Healing) Repair();
        }

        return cancellationToken.CanBeCanceled ? batch.Done.WaitAsync(cancellationToken) : batch.Done;
    }

    /// <summary>Ends when the names of all files are known.</summary>
    internal Task NamesAsync(CancellationToken cancellationToken) =>
        _names.Complete.IsCompletedSuccessfully ? Task.CompletedTask : NamesSlowlyAsync(cancellationToken);

    /// <summary>Brings the files up to date and lets go of the journal that they have.</summary>
    /// <exception cref="FileSystemException">They cannot be written; the journal keeps everything.</exception>
    internal void Checkpoint()
    {
        lock (_checkpointer.Gate)
        {
            if (Journal.State is JournalState.Healing or JournalState.Failed && !Repair()) return;
            if (Journal.State == JournalState.Closed) return;
            var mark = Journal.Mark();
            if (_checkpointer.Behind > 0 || !Journal.IsApplied)
            {
                _owner!.ThrowIfLost();
                if (_seams.Fault == ProtocolFault.AppliedBeforeSync) Journal.Applied(mark);
                if (!_checkpointer.WriteFiles(Journal.Sync)) return;
            }

            Journal.Applied(mark);
            _checkpointError = null;
        }

        _records.MakeRoom(thorough: true);
        GiveBack();
    }

    // Once: an opening that finds a long journal brings more into memory than is ever kept there afterwards, and the files have
    // it now. Left to itself the collector would hold on to it for as long as the process has little to do.
    private void GiveBack()
    {
        if (Interlocked.Exchange(ref _replayedBytes, 0) > Math.Max(LongJournal, _options.MaxCachedBytes))
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>As <see cref="Checkpoint"/>; a failure is noted and reported.</summary>
    /// <returns>False: it failed and should be tried again later.</returns>
    internal bool CheckpointOrNote()
    {
        try
        {
            Checkpoint();
            return true;
        }
        catch (FileSystemException error)
        {
            if (_checkpointError is null) LogCheckpointFailed(_logger, error);
            _checkpointError = error;
        }
        catch (CacheStoreException error)
        {
            LogLost(_logger, error);
            Journal.StayStopped(error);
        }

        return false;
    }

    /// <summary>Stops, if somebody else has taken the folder.</summary>
    internal void StopIfLost()
    {
        try
        {
            _owner!.ThrowIfLost();
        }
        catch (FileSystemException)
        {
            // It could not be found out; it is asked again soon.
        }
        catch (CacheStoreException error)
        {
            LogLost(_logger, error);
            Journal.StayStopped(error);
        }
    }

    internal void NoteFault(Exception error) => LogFault(_logger, error);

    /// <summary>Tries to take changes again: a new segment voids what was not acknowledged, and has what was and may not be
    /// durable.</summary>
    /// <returns>Whether the journal takes changes.</returns>
    internal bool Repair()
    {
        lock (_checkpointer.Gate)
        {
            if (Journal.State is JournalState.Open or JournalState.Closed) return true;
            try
            {
                _owner!.ThrowIfLost();
                Journal.Restart(Relog);
                LogHealed(_logger);
                return true;
            }
            catch (Exception error) when (error is FileSystemException or CacheStoreException)
            {
                Journal.StayStopped(error);
                return false;
            }
        }
    }

    /// <summary>Removes the files of expired records, those included that nobody has read since the opening.</summary>
    internal void Sweep()
    {
        var from = 0;
        do
        {
            SweepSome(ref from, 1000);
        }
        while (from != 0);
        CheckpointOrNote();
    }

    /// <summary>Looks at some files; those of expired records are entered for the next checkpoint.</summary>
    internal void SweepSome(ref int from, int most)
    {
        foreach (var path in _names.Some(ref from, most))
        {
            try
            {
                if (Lists.KeyOf(path) is { } key && _records.Find(key) is null) Reader.ReadExpiry(key);
            }
            catch (CacheStoreException)
            {
                // It has been reported and put aside, or the disk will be asked again on the next round.
            }
        }
    }

    /// <summary>Reads the names of all files.</summary>
    internal void ReadNames() => Opening.ReadNames(_names, Lists, () => _closed != 0);

    void IJournalOwner<RecordItem>.Publish(List<RecordItem> items) => Writer.Publish(items);

    void IJournalOwner<RecordItem>.Rollback(List<RecordItem> items) => RecordWriter.Rollback(items);

    void IJournalOwner<RecordItem>.Stopped(Exception error)
    {
        LogStopped(_logger, error);
        _routine?.RepairNow();
    }

    void IJournalOwner<RecordItem>.Crowded() => _routine?.Hurry();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _routine?.Dispose();
        while (Journal.Commit())
        {
            // What was appended before the end is still written.
        }

        if (CheckpointOrNote())
        {
            try
            {
                Journal.Rest();
            }
            catch (FileSystemException error)
            {
                LogCheckpointFailed(_logger, error); // nothing is lost: the journal stays as it is
            }
        }

        Journal.Dispose();
        _records.Dispose();
        _owner?.Dispose();
    }

    internal void Abandon()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _routine?.Dispose();
        Journal?.Dispose();
        _records.Dispose();
        _owner?.Abandon();
    }

    private int Relog(FileBuffer lines)
    {
        var count = 0;
        foreach (var (record, version) in _checkpointer.Entered())
        {
            Writer.WriteLine(lines, record.Key, version);
            count++;
        }

        return count;
    }

    private async Task NamesSlowlyAsync(CancellationToken cancellationToken)
    {
        // The disk may have failed for a moment only. Whoever needs the names reads them then, on his own thread.
        if (_names.TryStartAgain()) ReadNames();
        await _names.Complete.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // The wheel's call. An expired version is a miss already; what is left to do is its file.
    private void Reclaim(Record item)
    {
        var record = (JsonRecord)item;
        var current = record.Current;
        if (current is null || current.ExpiresAt is Stores.StoreClock.Never or StoredDocument.Gone) return;
        if (!_clock.Store.HasPassed(current.ExpiresAt)) _records.SetTimerAgain(record, current.ExpiresAt);
        else if (_checkpointer.Add(record)) _routine?.CheckpointSoon();
    }

    [LoggerMessage(10, LogLevel.Error, "The record files cannot be written; the journal keeps the changes, and it is tried again.")]
    private static partial void LogCheckpointFailed(ILogger logger, Exception error);

    [LoggerMessage(16, LogLevel.Critical, "A background thread of the JSON store met an error it does not know. It goes on.")]
    private static partial void LogFault(ILogger logger, Exception error);

    [LoggerMessage(11, LogLevel.Critical, "Another process has taken the cache's folder; this one stops writing.")]
    private static partial void LogLost(ILogger logger, Exception error);

    [LoggerMessage(12, LogLevel.Error, "The journal cannot be written. Changes fail until it can.")]
    private static partial void LogStopped(ILogger logger, Exception error);

    [LoggerMessage(13, LogLevel.Warning, "The journal can be written again; nothing acknowledged was lost.")]
    private static partial void LogHealed(ILogger logger);
}
