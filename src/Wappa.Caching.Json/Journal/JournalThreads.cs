namespace Wappa.Caching.Json.Journal;

/// <summary>What keeps a journal going: a thread that commits, one that makes segments ready, and a timer that asks for a sync
/// of what was written without one.</summary>
internal sealed class JournalThreads<TItem> : IDisposable
{
    private readonly Journal<TItem> _journal;
    private readonly TimeSpan _syncInterval;
    private readonly Worker _committer;
    private readonly Worker _preparer;
    private readonly ITimer _syncTimer;
    private readonly CommitPace _pace;
    private bool _syncIsComing; // the committer's own
    private volatile bool _syncDue;

    /// <param name="journal">The journal; its <see cref="Journal{TItem}.Wake"/> is set.</param>
    /// <param name="name">Begins the threads' names.</param>
    /// <param name="time">For the timer.</param>
    /// <param name="syncInterval">How long a batch may stay unsynced, with <see cref="Durability.Interval"/>.</param>
    /// <param name="failed">Told of what should not happen.</param>
    internal JournalThreads(Journal<TItem> journal, string name, TimeProvider time, TimeSpan syncInterval, Action<Exception> failed)
    {
        _journal = journal;
        _syncInterval = syncInterval;
        _pace = new CommitPace(journal.CommitTime);
        _committer = new Worker($"wappa {name}", Commit, failed);
        _preparer = new Worker($"wappa {name} segments", Prepare, failed);
        using (ExecutionContext.SuppressFlow()) // a timer would keep the request alive that opened the store
            _syncTimer = time.CreateTimer(_ => SyncNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        journal.Wake = _committer.Signal;
    }

    public void Dispose()
    {
        _syncTimer.Dispose();
        _preparer.Dispose();
        _committer.Dispose();
    }

    private void Commit()
    {
        while (true)
        {
            if (_syncDue)
            {
                _syncDue = _syncIsComing = false;
                _journal.Sync();
            }

            var lines = _journal.Waiting;
            if (!_journal.Commit()) return;
            if (_journal.WantsPreparation) _preparer.Signal();

            // A checkpoint syncs too, so what was unsynced before this batch says nothing about the timer.
            if (_journal.HasUnsynced && !_syncIsComing)
            {
                _syncIsComing = true;
                _syncTimer.Change(_syncInterval, Timeout.InfiniteTimeSpan);
            }

            _pace.Gather(lines, _journal);
        }
    }

    private void Prepare()
    {
        if (_journal.WantsPreparation) _journal.PrepareSegment();
    }

    private void SyncNow()
    {
        _syncDue = true;
        _committer.Signal();
    }
}
