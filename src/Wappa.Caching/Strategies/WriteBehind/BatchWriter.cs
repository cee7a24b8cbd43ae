using Microsoft.Extensions.Logging;

namespace Wappa.Caching.WriteBehind;

/// <summary>Writes one batch and sees to what becomes of each of its values. Knows no types: how values are read and handed to the app
/// is <see cref="IBatchTarget"/>'s.</summary>
internal sealed class BatchWriter(
    WriteQueue queue, IWriteBehindJournal journal, IBatchTarget target, WriteBehindOptions options, TimeProvider time, ILogger logger,
    string cache, string backend)
{
    private readonly HashSet<string> _dead = new(StringComparer.Ordinal); // keys with a dead letter; the loop's own
    private bool _knowsDead;

    /// <summary>Another node may have made dead letters since.</summary>
    internal void ForgetDead() => _knowsDead = false;

    /// <summary>Which keys have a dead letter, as the journal says; once while this node writes, as then only this loop makes
    /// them.</summary>
    internal async ValueTask ReadDeadAsync(CancellationToken cancellationToken)
    {
        if (_knowsDead) return;

        // Never fewer than it knows: one too many costs a call.
        await foreach (var dead in journal.ListDeadAsync(cancellationToken).ConfigureAwait(false)) _dead.Add(dead.Row.Id);
        _knowsDead = true;
    }

    /// <summary>Writes a batch.</summary>
    /// <returns>Whether the database took it.</returns>
    internal async ValueTask<bool> WriteAsync(IReadOnlyList<TakenWrite> taken, CancellationToken stop)
    {
        var results = new Exception?[taken.Count];
        var failure = await PersistAsync(taken, results, stop).ConfigureAwait(false);
        if (failure is not null && !stop.IsCancellationRequested) WriteBehindLog.BatchFailed(logger, failure, cache, taken.Count);
        await Task.WhenAll(taken.Select((write, i) => FinishAsync(write, results[i], failure, isAlone: taken.Count == 1)))
            .ConfigureAwait(false);
        return failure is null;
    }

    private async ValueTask<Exception?> PersistAsync(IReadOnlyList<TakenWrite> taken, Exception?[] rejected, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(options.PersistTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        using var slow = deadline.Token.UnsafeRegister(
            _ => WriteBehindLog.BatchSlow(logger, cache, options.PersistTimeout), null);
        try
        {
            await target.PersistAsync(taken, rejected, both.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception error)
        {
            return error; // whatever it is: what was acknowledged is tried again
        }
    }

    private async Task FinishAsync(TakenWrite write, Exception? rejection, Exception? failure, bool isAlone)
    {
        try
        {
            if (rejection is not null || (failure is not null && isAlone && IsHopeless(write)))
            {
                await BuryAsync(write, rejection ?? failure!).ConfigureAwait(false);
            }
            else if (failure is not null)
            {
                WriteBehindMeter.CountRetried(cache, backend);
                queue.Failed(write, options.BackOff(write.Attempts + 1));
                return;
            }
            else
            {
                WriteBehindMeter.CountWritten(cache, backend);
                await ForgetDeadAsync(write.Row.Id).ConfigureAwait(false);
            }

            await journal.RemoveAsync(write.Row.Id, write.Row.Sequence, CancellationToken.None).ConfigureAwait(false);
            queue.Done(write, options.FlushDelay);
        }
        catch (Exception error)
        {
            // The row stays, so the value is written once more: at least once is the promise.
            WriteBehindLog.JournalFailed(logger, error, cache);
            queue.Failed(write, options.BackOff(write.Attempts + 1));
        }
    }

    private bool IsHopeless(in TakenWrite write) =>
        write.Place.Row.Sequence == write.Row.Sequence && write.Attempts + 1 >= options.MaxAttempts &&
        queue.Now - (write.Place.FailedSince ?? queue.Now) >= options.GiveUpAfter;

    private async ValueTask BuryAsync(TakenWrite write, Exception error)
    {
        var reason = $"{error.GetType().Name}: {error.Message}";
        lock (_dead) _dead.Add(write.Row.Id); // before: the reply may be what is lost
        await journal.BuryAsync(new DeadRow(write.Row, reason, time.GetUtcNow()), CancellationToken.None).ConfigureAwait(false);
        WriteBehindMeter.CountDead(cache, backend);
        WriteBehindLog.GivenUp(logger, cache, write.Attempts + 1, error.GetType().Name);
    }

    // An older value that was given up must not come back over a newer one that was written.
    private async ValueTask ForgetDeadAsync(string id)
    {
        lock (_dead)
        {
            if (!_dead.Contains(id)) return;
        }

        await journal.ForgetDeadAsync(id, CancellationToken.None).ConfigureAwait(false);
        lock (_dead) _dead.Remove(id);
    }
}

/// <summary>The typed side of a batch.</summary>
internal interface IBatchTarget
{
    /// <summary>Hands values to the app.</summary>
    /// <param name="taken">The values.</param>
    /// <param name="rejected">For each what the database said if it will never take it; null else.</param>
    /// <param name="cancellationToken">Cancelled when it takes too long or the app ends.</param>
    Task PersistAsync(IReadOnlyList<TakenWrite> taken, Exception?[] rejected, CancellationToken cancellationToken);
}
