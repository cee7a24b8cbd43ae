namespace Wappa.Emulator;

/// <summary>The machine's clock, which can be put forward. What waits for an instant that is then past happens at once.</summary>
internal sealed class ShiftedTimeProvider(TimeProvider inner) : TimeProvider
{
    /// <summary>The farthest a clock is put forward in one step.</summary>
    internal static readonly TimeSpan MaxStep = TimeSpan.FromDays(3650);

    private readonly TimeProvider _inner = inner;
    private readonly Lock _lock = new();
    private readonly HashSet<ShiftedTimer> _timers = [];
    private long _offset;

    /// <summary>How far it is ahead.</summary>
    internal TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref _offset));

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + Offset;

    public override long GetTimestamp() =>
        _inner.GetTimestamp() + (long)(Offset.Ticks * (TimestampFrequency / (double)TimeSpan.TicksPerSecond));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new ShiftedTimer(this, callback, state, dueTime, period);
    }

    /// <summary>Puts the clock forward.</summary>
    internal void Advance(TimeSpan by)
    {
        ShiftedTimer[] timers;
        lock (_lock)
        {
            Volatile.Write(ref _offset, _offset + by.Ticks);
            timers = [.. _timers];
        }

        foreach (var timer in timers) timer.Shift(by);
    }

    /// <summary>A timer of the machine that remembers when it is due.</summary>
    private sealed class ShiftedTimer : ITimer
    {
        private readonly ShiftedTimeProvider _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private readonly Lock _lock = new();
        private DateTimeOffset? _due; // by the machine's clock
        private TimeSpan _period;

        internal ShiftedTimer(
            ShiftedTimeProvider clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _timer = clock._inner.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                if (!_timer.Change(dueTime, period)) return false;
                _period = period;
                SetDue(dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            Forget();
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return _timer.DisposeAsync();
        }

        internal void Shift(TimeSpan by)
        {
            lock (_lock)
            {
                if (_due is not { } due) return;
                var left = due - _clock._inner.GetUtcNow() - by;
                if (left < TimeSpan.Zero) left = TimeSpan.Zero;
                if (_timer.Change(left, _period)) SetDue(left);
            }
        }

        private void Fire()
        {
            lock (_lock) SetDue(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            _callback(_state);
        }

        // Only timers that are set are kept: one that was forgotten by its owner must not stay in memory because of the clock.
        private void SetDue(TimeSpan dueTime)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock._inner.GetUtcNow() + dueTime;
            lock (_clock._lock)
            {
                if (_due is null) _clock._timers.Remove(this);
                else _clock._timers.Add(this);
            }
        }

        private void Forget()
        {
            lock (_lock)
            {
                _due = null;
                lock (_clock._lock) _clock._timers.Remove(this);
            }
        }
    }
}
