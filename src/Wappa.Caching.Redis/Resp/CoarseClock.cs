namespace Wappa.Caching.Redis.Resp;

/// <summary>A clock that is read often and set seldom: a command's deadline costs the reading of a field. It lags by up to one tick, so
/// deadlines get one tick on top.</summary>
internal sealed class CoarseClock
{
    private readonly TimeProvider _time;
    private long _now;

    internal CoarseClock(TimeProvider time, TimeSpan tick)
    {
        _time = time;
        Tick = Ticks(tick);
        Set();
    }

    /// <summary>In the time provider's timestamps, as of the last tick.</summary>
    internal long Now => Volatile.Read(ref _now);

    /// <summary>How far <see cref="Now"/> may lag.</summary>
    internal long Tick { get; }

    internal void Set() => Volatile.Write(ref _now, _time.GetTimestamp());

    /// <summary>The instant after a span, at the earliest.</summary>
    internal long After(TimeSpan span) => Now + Tick + Ticks(span);

    internal long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
