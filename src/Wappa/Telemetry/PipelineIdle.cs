namespace Wappa.Telemetry;

/// <summary>Knows whether anything of the pipeline is running. What waits for the clock is not: it goes on when time does.</summary>
/// <remarks>A part that wakes another is counted until the other is, so that zero means that nothing is left that could begin by
/// itself.</remarks>
internal sealed class PipelineIdle
{
    private readonly Lock _gate = new();
    private int _running;
    private long _begun;
    private TaskCompletionSource? _idle;

    /// <summary>How many parts are running: lanes, deliveries that are being stored.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>How many parts have begun so far, those that have ended included. Who asks twice and gets the same answer knows
    /// that nothing began in between.</summary>
    internal long Begun => Volatile.Read(ref _begun);

    /// <summary>Ends when nothing runs. What begins afterwards, because a webhook comes or the clock moves, is not waited for.</summary>
    internal Task WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_running == 0) return Task.CompletedTask;
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Begin()
    {
        lock (_gate)
        {
            _running++;
            _begun++;
        }
    }

    internal void End()
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            if (--_running == 0) (idle, _idle) = (_idle, null);
        }

        idle?.TrySetResult();
    }
}
