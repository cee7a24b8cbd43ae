namespace Wappa.Telemetry;

/// <summary>Whether a lane can go on by itself: its loop of turns and its sender both run at times, wait for the clock at others,
/// and the loop waits for the sender.</summary>
internal sealed class LaneActivity(PipelineIdle idle)
{
    private readonly Lock _gate = new();
    private Step _loop = Step.Running;
    private Step _sender = Step.Ended;
    private bool _counted;

    private enum Step
    {
        Running,
        Pausing,
        AwaitsSender,
        Ended,
    }

    /// <summary>The lane has something to do.</summary>
    internal void Begin() => Set(Step.Running, null);

    /// <summary>The lane is gone.</summary>
    internal void End() => Set(Step.Ended, Step.Ended);

    /// <summary>The loop waits for the sender, or for an item.</summary>
    internal void AwaitSender() => Set(Step.AwaitsSender, null);

    /// <summary>The loop has got what it waited for. Called by who brings it, so that it counts before that is done.</summary>
    internal void Arrived()
    {
        lock (_gate)
        {
            if (_loop != Step.AwaitsSender) return;
            _loop = Step.Running;
            Count();
        }
    }

    internal void SenderBegins() => Set(null, Step.Running);

    internal void SenderEnds() => Set(null, Step.Ended);

    /// <summary>Lets the loop wait for the clock.</summary>
    internal Task PauseLoopAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken) =>
        PauseAsync(true, pause, time, cancellationToken);

    /// <summary>Lets the sender wait for the clock.</summary>
    internal Task PauseSenderAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken) =>
        PauseAsync(false, pause, time, cancellationToken);

    // Not Task.Delay: who moves a clock by hand must find the lane running when the clock has moved, and a task's continuation
    // may run later.
    private async Task PauseAsync(bool isLoop, TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = 0;
        ITimer timer;
        lock (_gate)
        {
            // In one step: who finds the lane resting must find its timer too, and a timer that fires at once must find it resting.
            timer = time.CreateTimer(_ => Wake(cancelled: false), null, pause, Timeout.InfiniteTimeSpan);
            if (Volatile.Read(ref isOver) == 0) Set(isLoop ? Step.Pausing : null, isLoop ? null : Step.Pausing);
        }

        var registration = cancellationToken.UnsafeRegister(_ => Wake(cancelled: true), null);
        try
        {
            await woken.Task.ConfigureAwait(false);
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        // Once: a timer that is late must not wake the next pause.
        void Wake(bool cancelled)
        {
            if (Interlocked.Exchange(ref isOver, 1) != 0) return;
            Set(isLoop ? Step.Running : null, isLoop ? null : Step.Running);
            if (cancelled) woken.TrySetCanceled(cancellationToken);
            else woken.TrySetResult();
        }
    }

    private void Set(Step? loop, Step? sender)
    {
        lock (_gate)
        {
            _loop = loop ?? _loop;
            _sender = sender ?? _sender;
            Count();
        }
    }

    private void Count()
    {
        var counts = _sender == Step.Running || _loop == Step.Running ||
            (_loop == Step.AwaitsSender && _sender == Step.Ended); // the loop is about to hear of it
        if (counts == _counted) return;
        _counted = counts;
        if (counts) idle.Begin();
        else idle.End();
    }
}
