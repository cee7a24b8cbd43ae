namespace Wappa.Inbox;

/// <summary>
/// The time in which this process runs the items of one partition, and what it has in memory of them. One tenure follows
/// another, here or elsewhere; nothing goes over from one to the next but through the store.
/// </summary>
/// <remarks>The lanes and what waits in them are guarded by the inbox's lock; the batches and the pull by one of its own. A tenure whose
/// lease is over begins no turn and no request; what is on its way is fenced by the mailbox's revision.</remarks>
internal sealed class Tenure
{
    private const long Ended = long.MinValue;
    private const long Always = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _leaving;
    private readonly HashSet<string> _batches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    private long _heldUntil = Always;
    private bool _pullAgain;
    private bool _areWaitsOver;

    /// <param name="partition">Which.</param>
    /// <param name="time">The clock of the lease.</param>
    /// <param name="draining">The app shuts down.</param>
    internal Tenure(int partition, TimeProvider time, CancellationToken draining)
    {
        Partition = partition;
        _time = time;
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(draining);
        Draining = _leaving.Token;
    }

    internal int Partition { get; }

    /// <summary>Nothing of this tenure is worth a wait any more: it ends, or the app does.</summary>
    internal CancellationToken Draining { get; }

    /// <summary>Whether turns and requests may begin. Asked of the clock: a process that was frozen knows at once.</summary>
    internal bool IsHeld => Volatile.Read(ref _heldUntil) is var until && (until == Always || _time.GetTimestamp() < until);

    /// <summary>Whether nothing more is taken up: the partition is about to be handed over. Set under the inbox's lock.</summary>
    internal bool IsLeaving { get; private set; }

    internal Dictionary<LaneKey, Lane> Lanes { get; } = [];

    internal HashSet<Fingerprint> PendingItems { get; } = [];

    /// <summary>Items in its lanes that are not done.</summary>
    internal int Pending { get; set; }

    /// <summary>Batches that were seen in the store and not read, for want of room. Written by the pull, read by anyone.</summary>
    internal int Unread { get; set; }

    /// <summary>What was stored up to this revision was there before the next listing begins. The pull's.</summary>
    internal long Horizon { get; set; }

    /// <summary>Whether the partition was read to its end once: what comes later is new. The pull's.</summary>
    internal bool IsCaughtUp { get; set; }

    /// <summary>The pull that runs or ran last.</summary>
    internal Task Pulling { get; private set; } = Task.CompletedTask;

    /// <summary>The lease is held until then, in timestamps of the clock.</summary>
    /// <returns>False: it was over. Whoever was told so has dropped what waits, so it is over for good.</returns>
    internal bool TryHoldUntil(long timestamp)
    {
        while (true)
        {
            var until = Volatile.Read(ref _heldUntil);
            if (until != Always && _time.GetTimestamp() >= until) return false;
            if (Interlocked.CompareExchange(ref _heldUntil, timestamp, until) == until) return true;
        }
    }

    /// <summary>Takes up nothing more.</summary>
    internal void Leave() => IsLeaving = true;

    /// <summary>Begins nothing more.</summary>
    internal void End()
    {
        IsLeaving = true;
        Interlocked.Exchange(ref _heldUntil, Ended);
    }

    /// <summary>Ends the waits of a tenure that is left. Not under a lock: whoever waits goes on.</summary>
    internal async Task EndWaitsAsync()
    {
        if (Interlocked.Exchange(ref _areWaitsOver, true)) return;
        await _leaving.CancelAsync().ConfigureAwait(false);
        _leaving.Dispose(); // it hangs on the app's own source; the token stays what it is
    }

    /// <summary>Begins a pull, or has the one that runs look once more.</summary>
    internal void Pull(Func<Tenure, Task> pull)
    {
        lock (_gate)
        {
            if (!Pulling.IsCompleted) _pullAgain = true;
            else Pulling = PullAsync(pull);
        }
    }

    /// <summary>Whether a batch was read before, or was deleted while the listing went on that shows it.</summary>
    internal bool Knows(string batch)
    {
        lock (_gate) return _batches.Contains(batch) || _deleted.Contains(batch);
    }

    internal void Know(string batch)
    {
        lock (_gate) _batches.Add(batch);
    }

    /// <summary>A batch is gone from the store.</summary>
    internal void Forget(string batch)
    {
        lock (_gate)
        {
            if (_batches.Remove(batch)) _deleted.Add(batch);
        }
    }

    /// <summary>A listing begins: it cannot show what was gone before.</summary>
    /// <returns>How many batches are known.</returns>
    internal int BeginListing()
    {
        lock (_gate)
        {
            _deleted.Clear();
            return _batches.Count;
        }
    }

    private async Task PullAsync(Func<Tenure, Task> pull)
    {
        // Not on the caller's back, and not under its lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            await pull(this).ConfigureAwait(false);
            lock (_gate)
            {
                if (!_pullAgain)
                {
                    Pulling = Task.CompletedTask; // the next to come begins another
                    return;
                }

                _pullAgain = false;
            }
        }
    }
}
