namespace Wappa.Graph;

/// <summary>Ends a call when its time has passed, on the app's clock, or when its caller gives up.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _timeout;

    internal CallDeadline(GraphClient graph, CancellationToken caller)
    {
        _timeout = graph.RequestTimeout;
        _caller = caller;
        _deadline = new(_timeout, graph.Time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, caller);
    }

    internal CancellationToken Token => _either.Token;

    /// <summary>Whether it was the clock that ended the call.</summary>
    internal bool HasPassed => !_caller.IsCancellationRequested;

    /// <summary>Begins again: something happened.</summary>
    internal void Extend() => _deadline.CancelAfter(_timeout);

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }
}
