using Wappa.Caching.Stores;

namespace Wappa.Caching.Json.Records;

/// <summary>Between the store's own clock, which no change of the wall clock moves, and the times on disk: Unix milliseconds in
/// UTC, 0 for never.</summary>
internal sealed class DiskClock
{
    internal const long LastMillisecond = 253_402_300_799_999; // the end of the year 9999, the last that has a text

    private const long Noticeable = 10 * TimeSpan.TicksPerMillisecond;

    private readonly TimeProvider _time;
    private long _start; // ticks since 1970 at the store clock's zero

    internal DiskClock(TimeProvider time)
    {
        _time = time;
        Store = new StoreClock(time);
        _start = MeasureStart();
    }

    internal StoreClock Store { get; }

    /// <summary>Now, as it is written to disk.</summary>
    internal long NowOnDisk => (Start() + Store.Now) / TimeSpan.TicksPerMillisecond;

    /// <summary>An instant, rounded up to a millisecond.</summary>
    internal long ToDisk(long instant)
    {
        if (instant == StoreClock.Never) return 0;
        var start = Start();
        if (instant > (LastMillisecond * TimeSpan.TicksPerMillisecond) - start) return LastMillisecond;
        return Math.Max(1, (start + instant + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    /// <summary>The instant of a time on disk.</summary>
    internal long FromDisk(long milliseconds) =>
        milliseconds == 0 ? StoreClock.Never : (Math.Min(milliseconds, LastMillisecond) * TimeSpan.TicksPerMillisecond) - Start();

    // The two clocks part when the machine sleeps or the wall clock is set, so their distance is measured at every use. A
    // difference too small for that is the time between the two readings: with it, a time that comes from disk and goes back
    // would move by a millisecond.
    private long Start()
    {
        var (known, now) = (Volatile.Read(ref _start), MeasureStart());
        if (Math.Abs(now - known) < Noticeable) return known;
        Volatile.Write(ref _start, now);
        return now;
    }

    private long MeasureStart() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks - Store.Now;
}
