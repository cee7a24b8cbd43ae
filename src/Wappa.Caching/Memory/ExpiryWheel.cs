using System.Diagnostics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>What can be put on an <see cref="ExpiryWheel{T}"/>.</summary>
internal interface IExpiring
{
    /// <summary>Index of its timer, -1 for none; written under the wheel's lock only.</summary>
    int Timer { get; set; }

    /// <summary>When it expires: an instant of the clock, at any time the latest one known. Read under the wheel's lock, when
    /// its timer is dealt out again.</summary>
    long ExpiresAt { get; }
}

/// <summary>
/// A hierarchical timing wheel: gives back the space of expired items without ever scanning the live ones. Setting and
/// taking back a timer is O(1); a timer is 17 bytes in arrays, and only what expires has one.
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
    private const int PageSize = 1024;
    private const int MovedPerHold = 256;
    private const long TicksPerTurn = TimeSpan.TicksPerSecond;
    private const long Reach = (1L << (Levels * SlotBits)) - 1;

    private readonly Lock _lock;
    private readonly bool _isCallersLock;
    private readonly StoreClock _clock;
    private readonly Action<T> _due;
    private readonly ITimer _ticker;
    private readonly int[] _heads = new int[Levels * Slots];
    private readonly ulong[] _inUse = new ulong[Levels]; // which slots of a level have timers
    private readonly List<Timer[]> _timers = [];          // pages: nothing is copied to grow
    private readonly List<byte[]> _slots = [];            // where each timer is
    private int _free = NoTimer;
    private int _used;
    private int _active;
    private long _turn;
    private int _emptying = -1; // the level whose slot of this turn is being emptied; -1: none, the turn is done
    private bool _isTicking;
    private long _wakeAt = long.MaxValue; // the turn the ticker is set to

    /// <param name="clock">The store's clock.</param>
    /// <param name="due">Called without a lock for each timer that has come up; the timer is gone by then.</param>
    /// <param name="callersLock">The lock that whoever calls holds anyway, but for <see cref="Tick"/>; null: one of its own.</param>
    internal ExpiryWheel(StoreClock clock, Action<T> due, Lock? callersLock = null)
    {
        _lock = callersLock ?? new Lock();
        _isCallersLock = callersLock is not null;
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
        if (_isCallersLock)
        {
            SetLocked(item, expiresAt);
            return;
        }

        lock (_lock) SetLocked(item, expiresAt);
    }

    /// <summary>Takes a timer back, if there is one.</summary>
    internal void Cancel(T item)
    {
        if (item.Timer == NoTimer) return;
        if (_isCallersLock)
        {
            Release(item.Timer);
            return;
        }

        lock (_lock)
        {
            if (item.Timer != NoTimer) Release(item.Timer);
        }
    }

    /// <summary>Sets a timer for an item that takes another one's place, and takes that one's back: one and the same where
    /// that is early enough, which costs no list anything.</summary>
    /// <param name="old">What is replaced.</param>
    /// <param name="item">What replaces it; it has no timer.</param>
    /// <param name="expiresAt">An instant of the clock, or <see cref="StoreClock.Never"/>.</param>
    /// <remarks>Under the caller's lock.</remarks>
    internal void Replace(T old, T item, long expiresAt)
    {
        Debug.Assert(_isCallersLock && _lock.IsHeldByCurrentThread);
        var timer = old.Timer;
        if (expiresAt == StoreClock.Never)
        {
            if (timer != NoTimer) Release(timer);
            return;
        }

        if (timer != NoTimer) // else it came up already, or there was none
        {
            At(timer).Item = item;
            (old.Timer, item.Timer) = (NoTimer, timer);
        }

        SetLocked(item, expiresAt);
    }

    /// <summary>Lets everything due by now come up. Called by its own ticker.</summary>
    internal void Tick()
    {
        lock (_lock)
        {
            if (_isTicking) return;
            _isTicking = true;
        }

        try
        {
            var due = new List<T>();
            bool more;
            do
            {
                more = TakeSome(due);
                foreach (var item in due) _due(item);
                due.Clear();
            }
            while (more);
        }
        finally
        {
            lock (_lock)
            {
                _isTicking = false;
                SetTicker();
            }
        }
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

    private void SetLocked(T item, long expiresAt)
    {
        if (_active == 0 && _emptying < 0) _turn = _clock.Now / TicksPerTurn;
        var due = TurnOf(expiresAt);
        var timer = item.Timer;
        if (timer != NoTimer)
        {
            if (TurnOfSlot(timer) <= due) return;
            Unlink(timer);
        }
        else
        {
            item.Timer = timer = Allocate(item);
        }

        Link(timer, due, soonest: 1); // this turn's slot has been taken already
        if (!_isTicking && NextTurn(long.MaxValue) < _wakeAt) SetTicker();
    }

    // Timers are taken or dealt out again a few hundred in each hold of the lock, so that a million that expire together do not
    // stop the writers. Meanwhile the turn stands still, and nothing is linked into the slot that is being emptied: what is due
    // within a slot's width stands on a finer wheel.
    private bool TakeSome(List<T> due)
    {
        lock (_lock)
        {
            var now = _clock.Now / TicksPerTurn;
            for (var left = MovedPerHold; left > 0;)
            {
                if (_emptying < 0)
                {
                    if (_turn >= now || _active == 0) return false;
                    _turn = NextTurn(now);
                    _emptying = Levels - 1;
                    while ((_turn & ((1L << (_emptying * SlotBits)) - 1)) != 0) _emptying--;
                }

                ref var head = ref _heads[SlotAt(_emptying, _turn)];
                for (; head != NoTimer && left > 0; left--) Take(head, due);
                if (head == NoTimer) _emptying--;
            }

            return true;
        }
    }

    private void Take(int timer, List<T> due)
    {
        var item = At(timer).Item!;
        var expiresAt = item.ExpiresAt;

        // It may have been given more time since; one that does not expire any more is asked about, and let go.
        if (expiresAt != StoreClock.Never && (_emptying > 0 || TurnOf(expiresAt) > _turn))
        {
            Unlink(timer);
            Link(timer, TurnOf(expiresAt), soonest: _emptying > 0 ? 0 : 1);
            return;
        }

        due.Add(item);
        Release(timer);
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
        for (var level = 0; level < Levels - 1 && _inUse[level] == 0; level++) bits += SlotBits;
        return Math.Min(now, ((_turn >> bits) + 1) << bits);
    }

    private void Link(int timer, long due, long soonest)
    {
        var delta = Math.Clamp(due - _turn, soonest, Reach);
        var level = 0;
        while (delta >> ((level + 1) * SlotBits) != 0) level++;
        var slot = SlotAt(level, _turn + delta);
        _slots[timer / PageSize][timer % PageSize] = (byte)slot;
        ref var entry = ref At(timer);
        entry.Previous = NoTimer;
        entry.Next = _heads[slot];
        if (entry.Next != NoTimer) At(entry.Next).Previous = timer;
        _heads[slot] = timer;
        _inUse[level] |= 1UL << (slot % Slots);
    }

    private void Unlink(int timer)
    {
        ref var entry = ref At(timer);
        if (entry.Next != NoTimer) At(entry.Next).Previous = entry.Previous;
        if (entry.Previous != NoTimer)
        {
            At(entry.Previous).Next = entry.Next;
            return;
        }

        var slot = _slots[timer / PageSize][timer % PageSize];
        _heads[slot] = entry.Next;
        if (entry.Next == NoTimer) _inUse[slot / Slots] &= ~(1UL << (slot % Slots));
    }

    // The turn at which a timer's slot comes up next: in 1 to 64 slots.
    private long TurnOfSlot(int timer)
    {
        var slot = _slots[timer / PageSize][timer % PageSize];
        var bits = slot / Slots * SlotBits;
        var ahead = ((slot % Slots) - (_turn >> bits)) & (Slots - 1);
        return ((_turn >> bits) + (ahead == 0 ? Slots : ahead)) << bits;
    }

    private int Allocate(T item)
    {
        var timer = _free;
        if (timer != NoTimer)
        {
            _free = At(timer).Next;
        }
        else
        {
            timer = _used++;
            if (timer / PageSize == _timers.Count)
            {
                _timers.Add(new Timer[PageSize]);
                _slots.Add(new byte[PageSize]);
            }
        }

        At(timer).Item = item;
        _active++;
        return timer;
    }

    private void Release(int timer)
    {
        Unlink(timer);
        At(timer).Item!.Timer = NoTimer;
        At(timer) = new Timer { Next = _free };
        _free = timer;
        _active--;
    }

    private ref Timer At(int timer) => ref _timers[timer / PageSize][timer % PageSize];

    private static int SlotAt(int level, long turn) => (level * Slots) + (int)((turn >> (level * SlotBits)) & (Slots - 1));

    private static long TurnOf(long instant) => (instant / TicksPerTurn) + (instant % TicksPerTurn == 0 ? 0 : 1);

    private struct Timer
    {
        internal T? Item;
        internal int Next;
        internal int Previous;
    }
}
