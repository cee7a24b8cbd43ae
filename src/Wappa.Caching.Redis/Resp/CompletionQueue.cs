namespace Wappa.Caching.Redis.Resp;

/// <summary>Runs the callers' continuations: those of one read together on one thread, without ever letting one that blocks hold
/// up the others.</summary>
/// <remarks>
/// <para>A work item of the pool for each reply would be safe and costs more than all the rest of a command. So a thread that has replies
/// drains the queue itself; but before it runs a continuation while others wait, a <em>guard</em> is queued to the pool: another
/// drain, which finds the queue empty if all went well and takes over if the first thread is stuck. Even a continuation
/// that blocks on another command of the same batch gets it.</para>
/// <para>While a guard is due, commands sent by continuations need not be flushed one by one: their wires are noted, and
/// flushed together at the end of the drain — or by the guard. Noting comes before asking whether the guard is still due,
/// and the guard says it is not before it flushes, so one of the two sees the other.</para>
/// </remarks>
internal sealed class CompletionQueue : IThreadPoolWorkItem
{
    [ThreadStatic]
    private static CompletionQueue? _draining;

    [ThreadStatic]
    private static List<Wire>? _held;

    private readonly Lock _gate = new();
    private readonly List<Wire> _unflushed = [];
    private PendingCommand? _first;
    private PendingCommand? _last;
    private int _guardDue;

    /// <summary>Adds finished commands, chained by <see cref="PendingCommand.Next"/>. Somebody must drain then.</summary>
    internal void Add(PendingCommand first, PendingCommand last)
    {
        lock (_gate)
        {
            if (_last is null) _first = first;
            else _last.Next = first;
            _last = last;
        }
    }

    /// <summary>Runs what is queued.</summary>
    internal void Drain()
    {
        var outer = _draining;
        _draining = this;
        try
        {
            while (TryTake(out var finished, out var more))
            {
                if (more) CallGuard();
                finished.Finish();
            }
        }
        finally
        {
            _draining = outer;
            FlushNoted();
        }
    }

    /// <summary>Has a thread of the pool drain the queue.</summary>
    internal void CallGuard()
    {
        if (Volatile.Read(ref _guardDue) == 0 && Interlocked.Exchange(ref _guardDue, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Until released, this thread notes wires rather than flush them. It must not wait for anything meanwhile.</summary>
    /// <returns>What was held before, for <see cref="ReleaseFlushes"/>.</returns>
    internal static List<Wire>? HoldFlushes()
    {
        var outer = _held;
        _held = outer ?? [];
        return outer;
    }

    /// <summary>Flushes what was noted, unless an outer hold goes on.</summary>
    internal static void ReleaseFlushes(List<Wire>? outer)
    {
        var held = _held!;
        _held = outer;
        if (outer is not null) return;
        foreach (var wire in held) wire.FlushNoted();
    }

    /// <summary>Notes a wire to be flushed when this thread has run out of continuations.</summary>
    /// <returns>False: flush it now; nobody else is sure to.</returns>
    internal static bool TryFlushLater(Wire wire)
    {
        if (_held is { } held)
        {
            held.Add(wire);
            return true;
        }

        if (_draining is not { } queue || Volatile.Read(ref queue._guardDue) == 0) return false;
        lock (queue._gate) queue._unflushed.Add(wire);
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref queue._guardDue) == 1;
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _guardDue, 0);
        FlushNoted();
        Drain();
    }

    private bool TryTake(out PendingCommand finished, out bool more)
    {
        lock (_gate)
        {
            finished = _first!;
            more = false;
            if (_first is null) return false;
            _first = finished.Next;
            if (_first is null) _last = null;
            more = _first is not null;
            finished.Next = null;
            return true;
        }
    }

    private void FlushNoted()
    {
        while (true)
        {
            Wire wire;
            lock (_gate)
            {
                if (_unflushed.Count == 0) return;
                wire = _unflushed[^1];
                _unflushed.RemoveAt(_unflushed.Count - 1);
            }

            wire.FlushNoted();
        }
    }
}
