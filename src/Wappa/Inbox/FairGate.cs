namespace Wappa.Inbox;

/// <summary>Lets so many in at once. Who has to wait is let in by tenants in turn: one with a million waiting users delays
/// the only user of another by one place, not by a million.</summary>
/// <param name="limit">1 or more.</param>
internal sealed class FairGate(int limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> _turn = new(); // the tenants of _waiting, each once
    private int _inside;

    /// <summary>How many are inside.</summary>
    internal int Inside
    {
        get
        {
            lock (_gate) return _inside;
        }
    }

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; there is nothing to give back.</exception>
    internal ValueTask EnterAsync(string tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource waiter;
        lock (_gate)
        {
            if (_inside < limit)
            {
                _inside++;
                return default;
            }

            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryGetValue(tenant, out var queue))
            {
                _waiting.Add(tenant, queue = new());
                _turn.Enqueue(tenant);
            }

            queue.Enqueue(waiter);
        }

        return new(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Gives a place back.</summary>
    internal void Exit()
    {
        lock (_gate)
        {
            while (Next() is { } waiter)
            {
                if (waiter.TrySetResult()) return; // the place goes over; nobody else could have taken it
            }

            _inside--;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter);
        await using (registration.ConfigureAwait(false)) await waiter.Task.ConfigureAwait(false);
    }

    private TaskCompletionSource? Next()
    {
        if (!_turn.TryDequeue(out var tenant)) return null;
        var queue = _waiting[tenant];
        var waiter = queue.Dequeue();
        if (queue.Count > 0) _turn.Enqueue(tenant);
        else _waiting.Remove(tenant);
        return waiter;
    }
}
