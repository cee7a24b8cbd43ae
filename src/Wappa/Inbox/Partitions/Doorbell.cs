namespace Wappa.Inbox;

/// <summary>Wakes one loop. Rung while the loop is at work, it is heard at its next wait.</summary>
internal sealed class Doorbell(TimeProvider time)
{
    private TaskCompletionSource _rung = New();

    internal void Ring() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>Waits for a ring, for so long, or until cancelled.</summary>
    internal async ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        // Timers count whole milliseconds: cut down to zero, the rest of one would be waited for in a busy loop.
        var wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(atMost.TotalMilliseconds)));
        await _rung.Task.WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A ring before this line may be lost, and is answered all the same: the loop looks for work after it.
        Volatile.Write(ref _rung, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
