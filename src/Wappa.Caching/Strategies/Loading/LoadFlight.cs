namespace Wappa.Caching.Loading;

/// <summary>One load of one key on this node, for everybody who asks for it meanwhile. What of it does not depend on the type.</summary>
/// <remarks>It ends once, by whoever calls <see cref="TryEnd"/> first: the load, the deadline, or the last waiter that leaves. Ending
/// frees the key; the load itself may go on.
/// <para>Locks itself: it is seen by this module only, and a lock of its own would be one more object a load.</para></remarks>
#pragma warning disable CA1001 // Owns a CancellationTokenSource: it has no timer and is linked to nothing, so there is nothing to free
internal abstract class LoadFlight(string key, CacheEntryPolicy policy) : WaitNode
{
    private static readonly AsyncLocal<Mark?> Current = new();

    private readonly Mark _mark = new();
    private ITimer? _deadline;
    private int _waiting = 1; // its starter; a flight that others could leave before that one counts would end before it began
    private bool _isPinned;
    private bool _hasEnded;
    private bool _isLookedAfter;

    /// <summary>The load that this code is part of; null: none, or one that has ended.</summary>
    internal static LoadFlight? Running => Current.Value?.Flight is { HasEnded: false } flight ? flight : null;

    internal string Key { get; } = key;

    internal CacheEntryPolicy Policy { get; } = policy;

    /// <summary>When it began, by the clock of the context.</summary>
    internal long BeganAt { get; init; }

    /// <summary>How many flights had landed when its starter looked into the store.</summary>
    internal long SeenLandings { get; init; }

    /// <summary>Whether callers who do not know yet what the store holds may join: it began with a miss.</summary>
    internal bool BeganWithMiss { get; init; }

    /// <summary>What the load's own code is given.</summary>
    internal CancellationToken Token => _mark.Token;

    internal sealed override bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>How many callers wait, the one that started it included.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    /// <summary>From here to the end of the calling async method, code is part of this load.</summary>
    internal void Enter()
    {
        _mark.Flight = this;
        Current.Value = _mark;
    }

    /// <summary>The load's code has run. What it has left behind with its execution context - a timer, a pooled connection - no longer
    /// keeps the flight and its value.</summary>
    internal void Exit() => _mark.Flight = null;

    /// <summary>One more waits.</summary>
    /// <returns>False: it has ended, and its key is free for another.</returns>
    internal bool TryJoin()
    {
        lock (this)
        {
            if (_hasEnded) return false;
            _waiting++;
            return true;
        }
    }

    /// <summary>Whether the caller is the one who looks into the store once more while the load runs.</summary>
    internal bool TryLookAfter()
    {
        if (_isLookedAfter) return false;
        lock (this) return !_isLookedAfter && (_isLookedAfter = true);
    }

    /// <summary>A waiter is gone. Of the last one, the load is told that nobody wants it.</summary>
    /// <returns>Whether that ended the flight.</returns>
    internal bool Leave()
    {
        lock (this)
        {
            if (--_waiting > 0 || _isPinned || _hasEnded) return false;
            _hasEnded = true;
        }

        Abandon();
        return true;
    }

    /// <summary>It goes on though nobody may wait for it: the cache wants it.</summary>
    internal void Pin()
    {
        lock (this) _isPinned = true;
    }

    /// <summary>Whether the caller is the one who ends it.</summary>
    internal bool TryEnd()
    {
        lock (this)
        {
            if (_hasEnded) return false;
            _hasEnded = true;
        }

        _deadline?.Dispose();
        return true;
    }

    /// <summary>Cancels the load's token. Its callbacks run on the pool: they are the load's code, and who leaves must not wait for
    /// them or meet their exceptions.</summary>
    internal void Abandon()
    {
        _deadline?.Dispose();
        _mark.CancelAsync().ContinueWith(
            static done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Sets the timer, unless it is set. Only a load that did not end at once has one: it costs more than all the rest of a
    /// load that does.</summary>
    internal void Arm(TimeProvider time, TimerCallback expire)
    {
        if (Policy.HardTimeout is not { } timeout) return;
        lock (this)
        {
            if (_hasEnded || _deadline is not null) return;
            var left = timeout - time.GetElapsedTime(BeganAt);

            // The timer must not keep what the caller has in its context.
            var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            _deadline = time.CreateTimer(expire, this, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            flow?.Undo();
        }
    }

    // What the load's code is handed of its flight, by its context and by its token: one object, as both may outlive the flight.
    private sealed class Mark : CancellationTokenSource
    {
        internal LoadFlight? Flight { get; set; }
    }
}

#pragma warning restore CA1001

/// <summary>A flight with its result.</summary>
/// <typeparam name="T">What is loaded.</typeparam>
internal abstract class LoadFlight<T>(string key, CacheEntryPolicy policy) : LoadFlight(key, policy)
{
    private TaskCompletionSource<T>? _outcome;
    private Exception? _error;
    private T? _value;
    private bool _isSettled;

    /// <summary>The end of the flight, to be waited for. Made for the first who waits: most loads that miss have one caller, and
    /// many end before that one could.</summary>
    internal Task<T> Outcome
    {
        get
        {
            lock (this)
            {
                // The waiters go on by themselves, on the pool: whoever ends a flight must not run the code of ten thousand of them.
                if (_outcome is null)
                {
                    _outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (_isSettled) Tell(_outcome);
                }

                return _outcome.Task;
            }
        }
    }

    /// <summary>What the starter found and the load replaces, if anything.</summary>
    internal CacheEntry? Stale { get; init; }

    /// <summary>What its starter gave the load.</summary>
    internal abstract object? State { get; }

    /// <summary>What each waiter makes its own copy of, if the type is mutable. Written before the outcome.</summary>
    internal ReadOnlyMemory<byte> Json { get; private set; }

    /// <summary>Calls the load.</summary>
    internal abstract Task<T> InvokeAsync(CacheLoad load);

    /// <summary>The value, if the load has brought one by now.</summary>
    internal bool TryGetValue(out T value)
    {
        var isThere = Volatile.Read(ref _isSettled) && _error is null;
        value = isThere ? _value! : default!;
        return isThere;
    }

    internal void Succeed(T value, ReadOnlyMemory<byte> json)
    {
        Json = json;
        _value = value;
        Settle();
    }

    internal void Fail(Exception error)
    {
        _error = error;
        Settle();
    }

    private void Settle()
    {
        TaskCompletionSource<T>? outcome;
        lock (this)
        {
            Volatile.Write(ref _isSettled, true); // after what it stands for
            outcome = _outcome;
        }

        if (outcome is not null) Tell(outcome);
    }

    private void Tell(TaskCompletionSource<T> outcome)
    {
        if (_error is null)
        {
            outcome.TrySetResult(_value!);
            return;
        }

        outcome.TrySetException(_error);
        _ = outcome.Task.Exception; // seen: a refresh in the background has no waiters
    }
}

/// <summary>A flight with the load it makes.</summary>
/// <typeparam name="T">What is loaded.</typeparam>
/// <typeparam name="TState">What the load is given, so that it needs no closure.</typeparam>
internal sealed class LoadFlight<T, TState>(
    string key, CacheEntryPolicy policy, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> load)
    : LoadFlight<T>(key, policy)
{
    internal override object? State => state;

    internal override Task<T> InvokeAsync(CacheLoad context) =>
        load(state, context, Token) ??
        throw new InvalidOperationException("The load returned no task. Return Task.FromResult(…) instead of null.");
}
