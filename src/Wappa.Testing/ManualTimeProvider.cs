namespace Wappa.Testing;

/// <summary>A clock that stands still until it is told to go on. Its timers fire inside <see cref="Advance"/>, in the
/// order of their due times, each at its own instant.</summary>
/// <remarks>Thread-safe. A callback may read the clock, and make, change or dispose timers; one that becomes due within
/// the same advance fires in it too.</remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private static readonly DateTimeOffset DefaultStart = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    // One advance at a time, so that callbacks of two advances cannot interleave and the clock never goes back.
    // A callback may advance further: the lock is the running thread's own.
    private readonly Lock _advancing = new();
    private readonly Lock _gate = new();
    private readonly SortedSet<ManualTimer> _due = new(ManualTimer.ByDueTime);
    private readonly long _start;
    private long _now;
    private long _order;

    /// <summary>A clock that shows 2025-01-15T10:30:00Z.</summary>
    public ManualTimeProvider()
        : this(DefaultStart)
    {
    }

    /// <summary>A clock that shows <paramref name="start"/>.</summary>
    /// <param name="start">The first instant; its offset is not kept.</param>
    public ManualTimeProvider(DateTimeOffset start)
    {
        _start = start.UtcTicks;
        _now = _start;
    }

    /// <summary>10,000,000: one timestamp is one tick of <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait to fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate) return _due.Count;
        }
    }

    /// <summary>When the next timer fires; null if none waits.</summary>
    internal DateTimeOffset? NextTimer
    {
        get
        {
            lock (_gate) return _due.Min is { } timer ? new(timer.DueAt, TimeSpan.Zero) : null;
        }
    }

    /// <summary>The instant the clock shows, in UTC.</summary>
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _now), TimeSpan.Zero);

    /// <summary>Ticks since the clock was made; it counts on with <see cref="GetUtcNow"/>.</summary>
    public override long GetTimestamp() => Volatile.Read(ref _now) - _start;

    /// <summary>Moves the clock on and fires what becomes due on the way, on this thread, before it returns.</summary>
    /// <param name="by">Zero or more. Zero fires what is due already.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than zero: time does not go back.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_advancing)
        {
            var target = checked(_now + by.Ticks);
            while (NextDue(target) is { } timer) timer.Fire();

            // A callback that advanced further has moved the clock past the target already.
            if (target > _now) Volatile.Write(ref _now, target);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A due time of zero fires at the next <see cref="Advance"/>, never inside this call.</remarks>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? NextDue(long target)
    {
        lock (_gate)
        {
            if (_due.Min is not { } timer || timer.DueAt > target) return null;
            _due.Remove(timer);
            if (timer.DueAt > _now) Volatile.Write(ref _now, timer.DueAt);
            if (timer.Period > 0)
                Schedule(timer, timer.DueAt + timer.Period); // before it fires: the callback may stop it
            return timer;
        }
    }

    // Under _gate.
    private void Schedule(ManualTimer timer, long dueAt)
    {
        timer.DueAt = dueAt;
        timer.Order = ++_order;
        _due.Add(timer);
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        // Timers due at one instant fire in the order in which they were scheduled.
        internal static IComparer<ManualTimer> ByDueTime { get; } = Comparer<ManualTimer>.Create(
            (a, b) => a.DueAt != b.DueAt ? a.DueAt.CompareTo(b.DueAt) : a.Order.CompareTo(b.Order));

        internal long DueAt { get; set; }

        internal long Order { get; set; }

        internal long Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            ThrowIfInvalid(dueTime);
            ThrowIfInvalid(period);
            lock (clock._gate)
            {
                if (_disposed) return false;
                clock._due.Remove(this);
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                if (dueTime != Timeout.InfiniteTimeSpan) clock.Schedule(this, After(dueTime));
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._due.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        // Outside the clock's gate: a callback may do anything, and may wait for threads that read the clock.
        internal void Fire() => callback(state);

        private long After(TimeSpan time) =>
            time.Ticks > long.MaxValue - clock._now ? long.MaxValue : clock._now + time.Ticks;

        private static void ThrowIfInvalid(TimeSpan time)
        {
            if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(time), time, "A timer's times are zero or more, or infinite.");
            }
        }
    }
}
