using Wappa.Telemetry;

namespace Wappa.Timers;

/// <summary>Lets the loop of the timers sleep until its time has come or there is news. From the moment it is woken it counts as
/// running: who moves a clock by hand must not find everything idle while a timer is about to fire.</summary>
internal sealed class TimerAlarm(PipelineIdle idle, TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _sleep; // null: awake
    private long _news;

    /// <summary>How much news there was. Read it before looking, and what comes meanwhile is not slept over.</summary>
    internal long News
    {
        get
        {
            lock (_gate) return _news;
        }
    }

    internal void Begin() => idle.Begin();

    /// <summary>The loop ends, awake or not.</summary>
    internal void End() => TryFallAsleep(null);

    internal void Wake()
    {
        TaskCompletionSource? sleep;
        lock (_gate)
        {
            _news++;
            (sleep, _sleep) = (_sleep, null);
            if (sleep is not null) idle.Begin();
        }

        sleep?.TrySetResult();
    }

    /// <summary>Sleeps, unless there is news already.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal async Task SleepAsync(TimeSpan wait, long seen, CancellationToken cancellationToken)
    {
        var timer = time.CreateTimer(static alarm => ((TimerAlarm)alarm!).Wake(), this, wait, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            if (TryFallAsleep(seen) is { } sleep) await sleep.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Task? TryFallAsleep(long? seen)
    {
        Task sleep;
        lock (_gate)
        {
            if (_sleep is not null || (seen is { } known && known != _news)) return null;
            _sleep = new(TaskCreationOptions.RunContinuationsAsynchronously);
            sleep = _sleep.Task;
        }

        idle.End();
        return sleep;
    }
}
