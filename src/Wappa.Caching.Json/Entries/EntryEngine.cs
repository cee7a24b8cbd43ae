using Microsoft.Extensions.Logging;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Json.Entries;

/// <summary>The parts of a store of entries, put together: opening, bases, healing and closing.</summary>
internal sealed partial class EntryEngine : IJournalOwner<byte>, IDisposable
{
    private const int MostPrefixes = 1000;
    private const long LeastJournal = 4 << 20;

    private readonly JsonStoreSeams _seams;
    private readonly ILogger _logger;
    private readonly IFileSystem _disk;
    private readonly string _directory;
    private readonly DiskClock _clock;
    private readonly EntryBase _base;
    private readonly EntryLog _log;
    private readonly Quarantine _quarantine;
    private readonly Lock _gate = new(); // one base at a time
    private EntryRoutine? _routine;
    private FolderOwner? _owner;
    private TaskCompletionSource _tried = NewSignal();
    private Exception? _baseError;
    private string _damageFound = "";
    private long _number;    // of the base that is in place, durably
    private long _highest;   // of any base that was begun
    private long _baseBytes;
    private int _closed;

    internal EntryEngine(JsonStoreOptions options, JsonStoreSeams seams, ILogger logger)
    {
        Options = options;
        _seams = seams;
        _logger = logger;
        _disk = seams.Files ?? FileSystems.Default;
        Time = seams.Time ?? TimeProvider.System;
        _directory = Path.Combine(options.FullPath, "entries");
        _clock = new DiskClock(Time);
        _log = new EntryLog(_clock);
        Memory = new MemoryCacheStore(new MemoryStoreOptions { MaxEntryBytes = options.MaxEntryBytes }, _clock.Store, _log);
        _base = new EntryBase(_disk, _directory);
        _quarantine = new Quarantine(_disk, options.FullPath, Time);
    }

    internal JsonStoreOptions Options { get; }

    internal TimeProvider Time { get; }

    internal MemoryCacheStore Memory { get; }

    /// <summary>Null when the folder is only read.</summary>
    internal Journal<byte> Journal { get; private set; } = null!;

    internal JsonStoreStatus Status
    {
        get
        {
            var failed = Journal is { State: JournalState.Failed or JournalState.Healing };
            var problem = failed ? Journal!.Error : _baseError;
            return new JsonStoreStatus
            {
                State = failed ? JsonStoreState.Failed
                    : problem is not null || _damageFound.Length > 0 ? JsonStoreState.Degraded
                    : JsonStoreState.Healthy,
                Problem = problem?.Message ?? _damageFound,
                JournalBytes = Journal?.Lag ?? 0,
                CachedBytes = ((IEntryUsage)Memory).Usage.Bytes,
                Quarantined = _quarantine.Count,
            };
        }
    }

    long IJournalOwner<byte>.Revision => Volatile.Read(ref _number);

    internal void Start()
    {
        if (Options.ReadOnly)
        {
            var view = new EntryLoader(_base, Memory, _clock, _logger);
            view.Look(_disk, Options.FullPath, _directory);
            _damageFound = view.Problem;
            return;
        }

        _disk.CreateDirectory(_directory);
        EntryLoader.SyncFolders(_disk, Options.FullPath);
        _owner = FolderOwner.Take(_disk, _directory, Time);
        var scan = new JournalScan(_disk, _directory, _seams.Fault != ProtocolFault.NoChecksum);
        var loader = new EntryLoader(_base, Memory, _clock, _logger);
        loader.Load(scan, _quarantine);
        _damageFound = loader.Problem;
        _baseBytes = loader.BaseBytes;
        _number = _highest = Math.Max(loader.BaseNumber, scan.Revision);
        _log.HasSliding = loader.Replay.HasSliding;
        _log.Prefixes = loader.Replay.Prefixes;

        // Before the journal goes on: what it gets from now on would stand behind the gap.
        if (loader.NeedsBase) WriteBase(scan.Last, [], static () => true);
        var settings = new JournalOptions(
            _disk, _directory, Options.Durability == Durability.Always, Options.MaxJournalBytes, _seams.SegmentBytes.First,
            _seams.SegmentBytes.Largest, _seams.Fault);
        Journal = new Journal<byte>(settings, this, scan);
        _log.Start(Memory.Table, Journal, knowsAll: !loader.Replay.HasLeftOut);
        if (_seams.Inline) return;
        _routine = new EntryRoutine(this);
        if (IsDue) _routine.CompactNow();
    }

    /// <summary>Ends when changes are taken.</summary>
    /// <exception cref="CacheStoreException">They will not be for a while.</exception>
    internal async ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        if (Journal is null) throw Failures.OpenedReadOnly();
        while (!Journal.IsReady)
        {
            var (changed, tried) = (Journal.Changed, Volatile.Read(ref _tried).Task);
            switch (Journal.State)
            {
                case JournalState.Closed: throw EntryFailures.Disposed();
                case JournalState.Failed: throw Failures.ReadOnlyNow(Journal.Error);
                case JournalState.Healing when _seams.Inline: Repair(); continue;
                case JournalState.Open when Journal.IsReady: return;
                case JournalState.Open when _baseError is { } error: throw Failures.Full(Options.MaxJournalBytes, error);
                case JournalState.Open when _seams.Inline: CompactOrNote(); continue;
                case JournalState.Open: _routine!.CompactNow(); break;
            }

            await Task.WhenAny(changed, tried).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends when every change made so far is as durable as asked for.</summary>
    internal Task DurableAsync(CancellationToken cancellationToken) =>
        _log.Newest is { } batch && !batch.Done.IsCompletedSuccessfully ? WaitAsync(batch, cancellationToken) : Task.CompletedTask;

    /// <summary>Ends when every change made so far is synced.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (Journal is null) return;
        while (true)
        {
            await ReadyAsync(cancellationToken).ConfigureAwait(false);
            if (Journal.RequestSync() is not { } batch) continue;
            await WaitAsync(batch, cancellationToken).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>Writes a base and lets go of the journal before it.</summary>
    /// <returns>False: the journal has stopped and could not be healed.</returns>
    /// <exception cref="FileSystemException">It cannot be written; the journal keeps everything.</exception>
    internal bool Compact()
    {
        lock (_gate)
        {
            if (Journal is null || Journal.State == JournalState.Closed) return true;
            if (Journal.State != JournalState.Open) return Repair();
            _owner!.ThrowIfLost();

            // In this order. An entry evicted by now has no line after the mark, so the base settles it. A removal whose line is
            // not after the mark is among the removals, or its entries have left the table before it is walked.
            var evictions = _log.Evictions();
            if (!Flush()) return false;
            var mark = Journal.Mark();
            var removals = _log.Removals();
            _log.Prefixes = 0;
            if (!WriteBase(mark.Batch, removals, Flush)) return false;
            Journal.Applied(mark);
            if (Journal.State != JournalState.Open) return false;
            _log.Rebased(evictions);
            _baseError = null;
            return true;
        }
    }

    /// <summary>As <see cref="Compact"/>; a failure is noted and reported.</summary>
    /// <returns>False: it failed and should be tried again later.</returns>
    internal bool CompactOrNote()
    {
        try
        {
            return Compact();
        }
        catch (FileSystemException error)
        {
            if (_baseError is null) LogBaseFailed(_logger, error);
            _baseError = error;
        }
        catch (CacheStoreException error)
        {
            LogLost(_logger, error);
            Journal.StayStopped(error);
        }
        finally
        {
            Interlocked.Exchange(ref _tried, NewSignal()).TrySetResult();
        }

        return false;
    }

    /// <summary>Tries to take changes again: a base gets everything that is in memory, and a new segment says that nothing before
    /// it is needed. Until both are there, the old journal leads to the same or to what was acknowledged.</summary>
    /// <returns>Whether the journal takes changes.</returns>
    internal bool Repair()
    {
        lock (_gate)
        {
            if (Journal.State is JournalState.Open or JournalState.Closed) return true;
            try
            {
                _owner!.ThrowIfLost();
                var evictions = _log.Evictions();
                WriteBase(Journal.Mark().Batch, _log.Removals(), static () => true);
                _log.Prefixes = 0;
                Journal.Restart();
                _log.Rebased(evictions);
                _baseError = null;
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

    internal void NoteFault(Exception error) => LogFault(_logger, error);

    void IJournalOwner<byte>.Publish(List<byte> items)
    {
        if (IsDue) _routine?.CompactNow();
    }

    // What failed stays in memory, where readers may have seen it; the base that heals the store has it.
    void IJournalOwner<byte>.Rollback(List<byte> items)
    {
    }

    void IJournalOwner<byte>.Stopped(Exception error)
    {
        LogStopped(_logger, error);
        _routine?.RepairNow();
    }

    void IJournalOwner<byte>.Crowded() => _routine?.CompactNow();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        if (Journal is not null) Close();
        Memory.Dispose();
        _owner?.Dispose();
    }

    internal void Abandon()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _routine?.Dispose();
        Journal?.Dispose();
        Memory.Dispose();
        _owner?.Abandon();
    }

    // As large as the base: then writing bases costs no more than the journal itself.
    private bool IsDue => Journal is { } journal && (journal.Lag > _baseBytes + LeastJournal || _log.Prefixes > MostPrefixes);

    private void Close()
    {
        _routine?.Dispose();
        while (Journal.Commit())
        {
            // What was appended before the end is still written.
        }

        var isUpToDate = Journal.IsApplied && Journal.State == JournalState.Open && !_log.HasSliding;
        if (isUpToDate || CompactOrNote())
        {
            try
            {
                Journal.Rest();
            }
            catch (FileSystemException error)
            {
                LogBaseFailed(_logger, error); // nothing is lost: the journal stays as it is
            }
        }

        Journal.Dispose();
    }

    private bool WriteBase(long after, EntryRemoval[] removals, Func<bool> isDurable)
    {
        var now = Memory.Table.All.Select(pair => pair.Value)
            .Where(entry => entry.IsLive(_clock.Store) && !Array.Exists(removals, removal => removal.Means(entry)))
            .ToArray();
        Array.Sort(now, static (a, b) => a.Stamp.CompareTo(b.Stamp)); // so that an opening finds them in the order of writing
        var number = ++_highest;
        var length = _base.Write(number, after, now, _clock, isDurable);
        if (length < 0) return false;
        Volatile.Write(ref _number, number);
        _baseBytes = length;
        return true;
    }

    private bool Flush()
    {
        if (Journal.RequestSync() is not { } batch) return false;
        while (!batch.Done.IsCompleted && Journal.Commit())
        {
            // Another thread may be committing it: then this waits for it.
        }

        return batch.Done.IsCompletedSuccessfully;
    }

    private Task WaitAsync(JournalBatch<byte> batch, CancellationToken cancellationToken)
    {
        if (_seams.Inline)
        {
            while (!batch.Done.IsCompleted && Journal.Commit())
            {
                // It may take several: a base asks for a batch as well.
            }

            if (Journal.State == JournalState.Healing) Repair();
        }

        return EndAsync(cancellationToken.CanBeCanceled ? batch.Done.WaitAsync(cancellationToken) : batch.Done);
    }

    private static async Task EndAsync(Task done)
    {
        try
        {
            await done.ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            throw EntryFailures.NotDurable(error);
        }
        catch (ObjectDisposedException)
        {
            throw EntryFailures.Disposed();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(32, LogLevel.Error, "The base of the entries cannot be written; the journal keeps the changes, and it is tried again.")]
    private static partial void LogBaseFailed(ILogger logger, Exception error);

    [LoggerMessage(36, LogLevel.Critical, "A background thread of the store of entries met an error it does not know. It goes on.")]
    private static partial void LogFault(ILogger logger, Exception error);

    [LoggerMessage(33, LogLevel.Critical, "Another process has taken the folder of the entries; this one stops writing.")]
    private static partial void LogLost(ILogger logger, Exception error);

    [LoggerMessage(34, LogLevel.Error, "The journal of the entries cannot be written. Changes fail until it can.")]
    private static partial void LogStopped(ILogger logger, Exception error);

    [LoggerMessage(35, LogLevel.Warning, "The journal of the entries can be written again; everything in memory is in the base.")]
    private static partial void LogHealed(ILogger logger);
}
