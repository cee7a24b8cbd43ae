using Wappa.Inbox;

namespace Wappa.Timers;

/// <summary>The timers that are due next, in memory. It holds what is due before <see cref="Horizon"/>; what comes later is read from
/// the hints when its time draws near. Thread-safe.</summary>
/// <param name="capacity">The most it holds; beyond it the later half is left to the hints.</param>
internal sealed class TimerQueue(int capacity = TimerQueue.DefaultCapacity)
{
    internal const int DefaultCapacity = 100_000;

    private readonly Lock _gate = new();
    private readonly HashSet<Fingerprint> _ids = []; // one that is taken out here is skipped when its place comes
    private PriorityQueue<TimerHint, DateTimeOffset> _queue = new();

    /// <summary>What is due from here on stands in the store only.</summary>
    internal DateTimeOffset Horizon { get; private set; } = DateTimeOffset.MinValue;

    internal int Count
    {
        get
        {
            lock (_gate) return _ids.Count;
        }
    }

    /// <summary>When to look again; null: nothing is known to be due.</summary>
    internal DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
            {
                while (_queue.TryPeek(out var hint, out var due))
                {
                    if (_ids.Contains(hint.Id)) return due;
                    _queue.Dequeue();
                }

                return null;
            }
        }
    }

    /// <summary>Adds a timer, once, unless it is due beyond the horizon.</summary>
    /// <param name="hint">The timer.</param>
    /// <param name="at">When to take it out: when it is due, or later.</param>
    internal void Add(in TimerHint hint, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (hint.Due >= Horizon || !_ids.Add(hint.Id)) return;
            _queue.Enqueue(hint, at);
            if (_queue.Count > capacity) Shrink();
        }
    }

    /// <summary>Takes a timer out.</summary>
    internal void Remove(Fingerprint id)
    {
        lock (_gate) _ids.Remove(id);
    }

    /// <summary>Takes out what is due, at most so many.</summary>
    internal List<TimerHint> Take(DateTimeOffset now, int most)
    {
        var due = new List<TimerHint>();
        lock (_gate)
        {
            while (due.Count < most && _queue.TryPeek(out var hint, out var at) && at <= now)
            {
                _queue.Dequeue();
                if (_ids.Remove(hint.Id)) due.Add(hint);
            }
        }

        return due;
    }

    /// <summary>Everything before the given time is about to be read.</summary>
    internal void MoveHorizon(DateTimeOffset until)
    {
        lock (_gate) Horizon = until;
    }

    // A user who renews a timer with each message leaves many places behind that mean nothing: those go first.
    private void Shrink()
    {
        var kept = new PriorityQueue<TimerHint, DateTimeOffset>();
        while (kept.Count < capacity / 2 && _queue.TryDequeue(out var hint, out var at))
        {
            if (_ids.Contains(hint.Id)) kept.Enqueue(hint, at);
        }

        foreach (var (hint, _) in _queue.UnorderedItems)
        {
            if (_ids.Remove(hint.Id) && hint.Due < Horizon) Horizon = hint.Due;
        }

        _queue = kept;
    }
}
