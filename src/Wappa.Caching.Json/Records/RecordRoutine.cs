using System.Diagnostics;
using Wappa.Caching.Json.Journal;

namespace Wappa.Caching.Json.Records;

/// <summary>The threads and timers of a store: the journal's, checkpoints, sweeping, healing.</summary>
internal sealed class RecordRoutine : IDisposable
{
    private const int SweptPerStep = 200;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepStep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SweepPause = TimeSpan.FromMinutes(5);

    private readonly RecordEngine _engine;
    private readonly Journal<RecordItem> _journal;
    private readonly JournalThreads<RecordItem> _threads;
    private readonly Worker _filer;
    private readonly Thread _namer;
    private readonly ITimer _checkpointTimer;
    private readonly ITimer _retryTimer;
    private readonly ITimer _sweepTimer;
    private int _sweptTo;
    private int _timerIsSet;
    private volatile bool _checkpointDue;
    private volatile bool _hurry;
    private volatile bool _repairDue;
    private volatile bool _sweepDue;
    private long _busyTicks;
    private long _busySince = Stopwatch.GetTimestamp();

    internal RecordRoutine(RecordEngine engine)
    {
        _engine = engine;
        _journal = engine.Journal;
        _threads = new JournalThreads<RecordItem>(_journal, "journal", engine.Time, engine.Options.SyncInterval, engine.NoteFault);
        _filer = new Worker("wappa files", File, engine.NoteFault);
        engine.Checkpointer.FirstBehind = CheckpointSoon;
        using (ExecutionContext.SuppressFlow()) // a timer would keep the request alive that opened the store
        {
            _checkpointTimer = Timer(() => { _timerIsSet = 0; _checkpointDue = true; });
            _retryTimer = Timer(() => _repairDue = true);
            _sweepTimer = Timer(() => _sweepDue = true);
        }

        _namer = new Thread(engine.ReadNames) { IsBackground = true, Name = "wappa names", Priority = ThreadPriority.BelowNormal };
        _namer.UnsafeStart();
        if (engine.Checkpointer.Behind > 0) CheckpointSoon();
        _sweepTimer.Change(SweepStep, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes files within <see cref="JsonStoreOptions.CheckpointDelay"/>, if the writers leave room.</summary>
    internal void CheckpointSoon()
    {
        if (Interlocked.Exchange(ref _timerIsSet, 1) == 0)
            _checkpointTimer.Change(_engine.Options.CheckpointDelay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes files now, whatever the writers do: the journal is filling up.</summary>
    internal void Hurry()
    {
        _hurry = true;
        _filer.Signal();
    }

    /// <summary>Heals now.</summary>
    internal void RepairNow()
    {
        _repairDue = true;
        _filer.Signal();
    }

    public void Dispose()
    {
        _checkpointTimer.Dispose();
        _retryTimer.Dispose();
        _sweepTimer.Dispose();
        _namer.Join(); // it looks whether the store is closed at each name
        _filer.Dispose();
        _threads.Dispose();
    }

    private void File()
    {
        if (_repairDue)
        {
            _repairDue = false;
            if (_engine.Repair()) CheckpointSoon();
            else _retryTimer.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }

        // It was crowded at every batch while the last checkpoint ran; what counts is whether it still is.
        var hurries = _hurry && _journal.IsCrowded;
        _hurry = false;
        if (hurries || (_checkpointDue && WritersLeaveRoom()))
        {
            _checkpointDue = false;
            if (!_engine.CheckpointOrNote()) _checkpointTimer.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }
        else if (_checkpointDue)
        {
            // The journal gets more and more meanwhile, so that it still may has to be seen to here.
            _checkpointDue = false;
            _engine.StopIfLost();
            CheckpointSoon();
        }

        if (!_sweepDue) return;
        _sweepDue = false;
        if (_engine.Names.Complete.IsCompleted) _engine.SweepSome(ref _sweptTo, SweptPerStep);
        var pause = _sweptTo == 0 && _engine.Names.Complete.IsCompleted ? SweepPause : SweepStep;
        _sweepTimer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    // Files compete with the journal for the disk: while commits take more than half of the time, the journal may grow.
    private bool WritersLeaveRoom()
    {
        var (busy, now) = (_journal.BusyTicks, Stopwatch.GetTimestamp());
        var (worked, passed) = (busy - _busyTicks, now - _busySince);
        (_busyTicks, _busySince) = (busy, now);
        return worked <= passed / 2;
    }

    private ITimer Timer(Action due) => _engine.Time.CreateTimer(
        _ =>
        {
            due();
            _filer.Signal();
        },
        null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
