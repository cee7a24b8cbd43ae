using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>What can be put on an <see cref="ExpiryWheel{T}"/>.</summary>
internal interface IExpiring
{
    /// <summary>Index of its timer, -1 for none; written under the wheel's lock only.</summary>
    int Timer { get; set; }
}

/// <summary>
/// A hierarchical timing wheel: gives back the space of expired items without ever scanning the live ones. Setting and
/// taking back a timer is O(1); a timer is 32 bytes in an array, and only what expires has one.
/// </summary>
/// <remarks>
/// Four wheels of 64 slots with ticks of 1 s, 64 s, about 68 min and about 73 h reach half a year; what is due later is set as far
/// as that and set again when it comes up. Exactness is not its business: readers compare the instant themselves. Source:
/// Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987.
/// </remarks>
/// <typeparam name="T">What expires.</typeparam>
internal sealed class ExpiryWheel<T> : IDisposable
    where T : class, IExpiring
{
    internal const int NoTimer = -1;

    private const int Levels = 4;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;
    private const long TicksPerTurn = TimeSpan.TicksPerSecond;
    private const long Reach = (1L << (Levels * SlotBits)) - 1;

    private readonly Lock _lock = new();
    private readonly StoreClock _clock;
    private readonly Action<T> _due;
    private readonly ITimer _ticker;
    private readonly int[] _heads = new int[Levels * Slots];
    private readonly int[] _atLevel = new int[Levels];
    private Timer[] _timers = new Timer[16];
    private int _free = NoTimer;
    private int _used;
    private int _active;
    private long _turn;
    private long _wakeAt = long.MaxValue; // the turn the ticker is set to

    /// <param name="clock">The store's clock.</param>
    /// <param name="due">Called without a lock for each timer that has come up; the timer is gone by then.</param>
    internal ExpiryWheel(StoreClock clock, Action<T> due)
    {
        _clock = clock;
        _due = due;
        Array.Fill(_heads, NoTimer);
        _ticker = NewTicker(clock.Time);
    }

    /// <summary>How many timers are set.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _active;
        }
    }

    /// <summary>Sets a timer, or moves the one there is if it is due later than this.</summary>
    /// <param name="item">What expires.</param>
    /// <param name="expiresAt">An instant of the clock.</param>
    internal void SetNoLaterThan(T item, long expiresAt)
    {
        lock (_lock)
        {
            if (_active == 0) _turn = _clock.Now / TicksPerTurn;
            var due = (expiresAt / TicksPerTurn) + (expiresAt % TicksPerTurn == 0 ? 0 : 1);
            var timer = item.Timer;
            if (timer != NoTimer)
            {
                if (_timers[timer].Due <= due) return;
                Unlink(timer);
            }
            else
            {
                item.Timer = timer = Allocate(item);
            }

            _timers[timer].Due = due;
            Link(timer, soonest: 1); // this turn's slot has been taken already
            if (NextTurn(long.MaxValue) < _wakeAt) SetTicker();
        }
    }

    /// <summary>Takes a timer back, if there is one.</summary>
    internal void Cancel(T item)
    {
        if (item.Timer == NoTimer) return;
        lock (_lock)
        {
            if (item.Timer != NoTimer) Release(item.Timer);
        }
    }

    /// <summary>Lets everything due by now come up. Called by its own ticker.</summary>
    internal void Tick()
    {
        foreach (var item in TakeDue()) _due(item);
    }

    public void Dispose() => _ticker.Dispose();

    // A timer keeps the execution context it was made in, and the request a singleton happens to be made in would live as
    // long as the store.
    private ITimer NewTicker(TimeProvider time)
    {
        var restore = !ExecutionContext.IsFlowSuppressed();
        if (restore) ExecutionContext.SuppressFlow();
        try
        {
            return time.CreateTimer(
                static wheel => ((ExpiryWheel<T>)wheel!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (restore) ExecutionContext.RestoreFlow();
        }
    }

    private List<T> TakeDue()
    {
        var due = new List<T>();
        lock (_lock)
        {
            var now = _clock.Now / TicksPerTurn;
            while (_turn < now && _active > 0)
            {
                _turn = NextTurn(now);
                for (var level = Levels - 1; level > 0; level--)
                {
                    if ((_turn & ((1L << (level * SlotBits)) - 1)) == 0) Cascade(level);
                }

                TakeSlot((int)(_turn & (Slots - 1)), due);
            }

            _wakeAt = long.MaxValue;
            SetTicker();
        }

        return due;
    }

    // One shot for the next turn at which anything can happen: a store whose records live for days sleeps for days.
    private void SetTicker()
    {
        _wakeAt = _active == 0 ? long.MaxValue : NextTurn(long.MaxValue);
        var delay = _active == 0
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (_wakeAt * TicksPerTurn) - _clock.Now));
        _ticker.Change(delay, Timeout.InfiniteTimeSpan);
    }

    // With nothing on the finer wheels there is nothing to do before the next slot of a coarser one comes up.
    private long NextTurn(long now)
    {
        var bits = 0;
        for (var level = 0; level < Levels - 1 && _atLevel[level] == 0; level++) bits += SlotBits;
        return Math.Min(now, ((_turn >> bits) + 1) << bits);
    }

    // A slot of a coarser wheel has come within reach of the finer ones: deal its timers out again.
    private void Cascade(int level)
    {
        var slot = (level * Slots) + (int)((_turn >> (level * SlotBits)) & (Slots - 1));
        var timer = _heads[slot];
        _heads[slot] = NoTimer;
        while (timer != NoTimer)
        {
            var next = _timers[timer].Next;
            _atLevel[level]--;
            Link(timer, soonest: 0);
            timer = next;
        }
    }

    private void TakeSlot(int slot, List<T> due)
    {
        var timer = _heads[slot];
        while (timer != NoTimer)
        {
            var next = _timers[timer].Next;
            if (_timers[timer].Due <= _turn)
            {
                due.Add(_timers[timer].Item!);
                Release(timer);
            }

            timer = next;
        }
    }

    private void Link(int timer, long soonest)
    {
        ref var entry = ref _timers[timer];
        var delta = Math.Clamp(entry.Due - _turn, soonest, Reach);
        var level = 0;
        while (delta >> ((level + 1) * SlotBits) != 0) level++;
        var slot = (level * Slots) + (int)(((_turn + delta) >> (level * SlotBits)) & (Slots - 1));
        entry.Slot = slot;
        entry.Previous = NoTimer;
        entry.Next = _heads[slot];
        if (entry.Next != NoTimer) _timers[entry.Next].Previous = timer;
        _heads[slot] = timer;
        _atLevel[level]++;
    }

    private void Unlink(int timer)
    {
        ref var entry = ref _timers[timer];
        _atLevel[entry.Slot / Slots]--;
        if (entry.Previous != NoTimer) _timers[entry.Previous].Next = entry.Next;
        else _heads[entry.Slot] = entry.Next;
        if (entry.Next != NoTimer) _timers[entry.Next].Previous = entry.Previous;
    }

    private int Allocate(T item)
    {
        var timer = _free;
        if (timer != NoTimer)
        {
            _free = _timers[timer].Next;
        }
        else
        {
            if (_used == _timers.Length) Array.Resize(ref _timers, _used * 2);
            timer = _used++;
        }

        _timers[timer].Item = item;
        _active++;
        return timer;
    }

    private void Release(int timer)
    {
        Unlink(timer);
        _timers[timer].Item!.Timer = NoTimer;
        _timers[timer] = new Timer { Next = _free };
        _free = timer;
        _active--;
    }

    private struct Timer
    {
        internal T? Item;
        internal long Due;
        internal int Next;
        internal int Previous;
        internal int Slot;
    }
}
