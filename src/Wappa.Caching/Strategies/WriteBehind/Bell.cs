namespace Wappa.Caching.WriteBehind;

/// <summary>Wakes one loop. Rung while the loop is at work, it is heard at its next wait.</summary>
internal sealed class Bell(TimeProvider time)
{
    private TaskCompletionSource _rung = New();

    internal void Ring() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>From now on only later rings count. Called before the loop looks for work.</summary>
    internal void Silence()
    {
        if (Volatile.Read(ref _rung).Task.IsCompleted) Volatile.Write(ref _rung, New());
    }

    /// <summary>Waits for a ring, for so long, or until cancelled. Never throws.</summary>
    internal async ValueTask WaitAsync(TimeSpan? atMost, CancellationToken cancellationToken)
    {
        Task rung = Volatile.Read(ref _rung).Task;

        // Timers count whole milliseconds: cut down to zero, the rest of one would be waited for in a busy loop.
        var wait = atMost is { } span ? TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(span.TotalMilliseconds), int.MaxValue))
            : Timeout.InfiniteTimeSpan;
        await rung.WaitAsync(wait, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
