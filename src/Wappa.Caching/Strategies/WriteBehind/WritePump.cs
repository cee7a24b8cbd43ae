using Microsoft.Extensions.Logging;

namespace Wappa.Caching.WriteBehind;

/// <summary>The loop that moves values from the queue to the database: one batch at a time, so that no two values of a key are ever on
/// their way together. The steps are numbered in <c>Strategies/README.md</c>.</summary>
#pragma warning disable CA1001 // Owns a CancellationTokenSource: it has no timer and is linked to nothing, so there is nothing to free
internal sealed class WritePump(
    WriteQueue queue, IWriteBehindJournal journal, StoreLease? lease, WriteBehindOptions options, BatchWriter writer,
    TimeProvider time, ILogger logger, string cache)
#pragma warning restore CA1001
{
    private readonly Bell _bell = new(time);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task? _running;
    private TimeSpan? _readAt; // when the journal was last read; null: never, or it must be again
    private volatile bool _isHurried;
    private volatile bool _hasRead;
    private (bool IsLeading, int Term) _was;

    /// <summary>Whether all that the journal held at the start is in memory: then a key that is not in the queue is nowhere.</summary>
    internal bool KnowsAll => !journal.Survives || (_hasRead && !journal.IsShared);

    internal bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Starts the loop, once.</summary>
    internal void Start()
    {
        if (Volatile.Read(ref _running) is not null) return;
        lock (_gate)
        {
            if (_running is not null || IsStopping) return;

            // The loop lives longer than the caller, whose context must not be kept for it.
            using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
                Volatile.Write(ref _running, RunAsync());
        }
    }

    internal void Ring() => _bell.Ring();

    /// <summary>Values do not wait for others any more.</summary>
    internal void Hurry(bool isHurried)
    {
        _isHurried = isHurried;
        _bell.Ring();
    }

    /// <summary>The journal may hold what the queue does not.</summary>
    internal void ReadAgain()
    {
        _hasRead = false;
        lock (_gate) _readAt = null;
        _bell.Ring();
    }

    /// <summary>Ends the loop; what is on its way is told to stop and waited for so long.</summary>
    internal async ValueTask StopAsync(TimeSpan atMost)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task? running;
        lock (_gate) running = _running;
        if (running is null) return;
        await running.WaitAsync(atMost, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.IsCompleted || lease is null) return;
        try
        {
            await lease.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            WriteBehindLog.JournalFailed(logger, error, cache); // it ends by itself
        }
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!_stop.IsCancellationRequested)
        {
            _bell.Silence();
            TimeSpan? pause;
            try
            {
                pause = await StepAsync().ConfigureAwait(false);
            }
            catch (CacheStoreException error)
            {
                WriteBehindLog.JournalFailed(logger, error, cache);
                pause = await PausedAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (!_stop.IsCancellationRequested)
            {
                WriteBehindLog.PumpFailed(logger, error, cache); // acknowledged writes wait behind it: it must not end
                pause = await PausedAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (pause != TimeSpan.Zero) await _bell.WaitAsync(pause, _stop.Token).ConfigureAwait(false);
        }
    }

    /// <returns>How long there is nothing to do; null: until the bell rings.</returns>
    private async ValueTask<TimeSpan?> StepAsync()
    {
        var isLeading = lease is null || await lease.TryHoldAsync(options.PersistTimeout * 1.5, _stop.Token).ConfigureAwait(false);
        BeginTerm((isLeading, lease?.Terms ?? 0));
        await ReadJournalAsync(isLeading).ConfigureAwait(false);
        var poll = journal.IsShared ? options.PollInterval : default(TimeSpan?);
        if (!isLeading) return poll;
        var taken = queue.Take(options.BatchSize, _isHurried, out var nextIn);
        if (taken.Count == 0) return nextIn is null || nextIn > poll ? poll ?? nextIn : nextIn;
        if (!await writer.WriteAsync(taken, _stop.Token).ConfigureAwait(false)) return await PausedAsync().ConfigureAwait(false);
        return TimeSpan.Zero;
    }

    // A database or journal that fails is asked again no sooner than this, whoever rings; by each value's own rule mostly later.
    private async ValueTask<TimeSpan?> PausedAsync()
    {
        try
        {
            await Task.Delay(options.BackOff(1), time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It is being stopped.
        }

        return TimeSpan.Zero;
    }

    // Another node may have written what this one still holds, and buried what this one does not know of.
    private void BeginTerm((bool IsLeading, int Term) now)
    {
        if (now == _was) return;
        _was = now;
        ForgetRead();
        writer.ForgetDead();
    }

    private void ForgetRead()
    {
        lock (_gate) _readAt = null;
    }

    // A journal of this process alone changes by nobody else: it is read once, and again while it holds more than there is room for.
    private async ValueTask ReadJournalAsync(bool isLeading)
    {
        if (!journal.Survives) return;
        lock (_gate)
        {
            var isDue = _readAt is not { } at || (journal.IsShared && queue.Now - at >= options.PollInterval) ||
                (!journal.IsShared && !_hasRead && queue.HasRoom);
            if (!isDue) return;
            _readAt = queue.Now;
        }

        var before = queue.Rows();
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        var (adopted, isAll) = (0, true);
        try
        {
            await foreach (var row in journal.ListAsync(_stop.Token).ConfigureAwait(false))
            {
                rows[row.Id] = row.Sequence;
                if (!isLeading || queue.Find(row.Id)?.Sequence >= row.Sequence) continue;
                if (queue.TryAdopt(row)) adopted++;
                else isAll = false;
            }
        }
        catch
        {
            ForgetRead();
            throw;
        }

        if (journal.IsShared) DropWritten(before, rows, isLeading);
        if (isLeading) await writer.ReadDeadAsync(_stop.Token).ConfigureAwait(false);
        _hasRead = isLeading && isAll;
        if (adopted > 0) WriteBehindLog.Adopted(logger, cache, adopted);
    }

    // Another node has written it, or a newer value of its key is that node's to account for.
    private void DropWritten(IReadOnlyList<JournalRow> before, Dictionary<string, long> rows, bool isLeading)
    {
        foreach (var row in before)
        {
            if (!rows.TryGetValue(row.Id, out var sequence) || (sequence > row.Sequence && !isLeading)) queue.Drop(row);
        }
    }
}
