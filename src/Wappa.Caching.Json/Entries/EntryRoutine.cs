using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Entries;

/// <summary>The threads and timers of a store of entries: committing, making segments ready, bases, healing.</summary>
internal sealed class EntryRoutine : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly EntryEngine _engine;
    private readonly Journal<byte> _journal;
    private readonly Worker _committer;
    private readonly Worker _compactor;
    private readonly Worker _preparer;
    private readonly ITimer _syncTimer;
    private readonly ITimer _retryTimer;
    private readonly CommitPace _pace;
    private volatile bool _syncDue;
    private volatile bool _repairDue;
    private volatile bool _compactionDue;

    internal EntryRoutine(EntryEngine engine)
    {
        _engine = engine;
        _journal = engine.Journal;
        _pace = new CommitPace(_journal.CommitTime);
        _committer = new Worker("wappa entries", Commit);
        _compactor = new Worker("wappa entries base", Compact);
        _preparer = new Worker("wappa entries segments", Prepare);
        using (ExecutionContext.SuppressFlow()) // a timer would keep the request alive that opened the store
        {
            _syncTimer = engine.Time.CreateTimer(_ => SyncNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _retryTimer = engine.Time.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _journal.Wake = _committer.Signal;
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
        _syncTimer.Dispose();
        _retryTimer.Dispose();
        _compactor.Dispose();
        _preparer.Dispose();
        _committer.Dispose();
    }

    private void Commit()
    {
        while (true)
        {
            if (_syncDue)
            {
                _syncDue = false;
                _journal.Sync();
            }

            var lines = _journal.Waiting;
            var synced = !_journal.HasUnsynced;
            if (!_journal.Commit()) return;
            if (_journal.WantsPreparation) _preparer.Signal();
            if (synced && _journal.HasUnsynced) _syncTimer.Change(_engine.Options.SyncInterval, Timeout.InfiniteTimeSpan);
            _pace.Gather(lines, _journal);
        }
    }

    private void Prepare()
    {
        try
        {
            if (_journal.WantsPreparation) _journal.PrepareSegment();
        }
        catch (Files.FileSystemException)
        {
            // The writer who needs it makes it himself, and learns why it cannot be made.
        }
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

    private void SyncNow()
    {
        _syncDue = true;
        _committer.Signal();
    }
}
