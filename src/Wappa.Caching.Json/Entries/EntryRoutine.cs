using Wappa.Caching.Json.Journal;

namespace Wappa.Caching.Json.Entries;

/// <summary>The threads and timers of a store of entries: the journal's, bases, healing.</summary>
internal sealed class EntryRoutine : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly EntryEngine _engine;
    private readonly JournalThreads<byte> _threads;
    private readonly Worker _compactor;
    private readonly ITimer _retryTimer;
    private volatile bool _repairDue;
    private volatile bool _compactionDue;

    internal EntryRoutine(EntryEngine engine)
    {
        _engine = engine;
        _threads = new JournalThreads<byte>(engine.Journal, "entries", engine.Time, engine.Options.SyncInterval, engine.NoteFault);
        _compactor = new Worker("wappa entries base", Compact, engine.NoteFault);
        using (ExecutionContext.SuppressFlow()) // a timer would keep the request alive that opened the store
            _retryTimer = engine.Time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes a base, on another thread.</summary>
    internal void CompactNow()
    {
        _compactionDue = true;
        _compactor.Signal();
    }

    /// <summary>Heals, on another thread.</summary>
    internal void RepairNow()
    {
        _repairDue = true;
        _compactor.Signal();
    }

    public void Dispose()
    {
        _retryTimer.Dispose();
        _compactor.Dispose();
        _threads.Dispose();
    }

    private void Compact()
    {
        if (_repairDue)
        {
            _repairDue = false;
            if (!_engine.Repair()) RetrySoon();
        }

        if (!_compactionDue) return;
        _compactionDue = false;
        if (!_engine.CompactOrNote()) RetrySoon();
    }

    private void RetrySoon() => _retryTimer.Change(RetryDelay, Timeout.InfiniteTimeSpan);

    // A compaction heals too, and one that nobody waits for any more is soon over.
    private void Retry() => CompactNow();
}
