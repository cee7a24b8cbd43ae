using Wappa.Caching.Stores;

namespace Wappa.Caching.Json.Records;

/// <summary>Between the store's own clock, which no change of the wall clock moves, and the times on disk: Unix milliseconds in
/// UTC, 0 for never.</summary>
internal sealed class DiskClock
{
    internal const long LastMillisecond = 253_402_300_799_999; // the end of the year 9999, the last that has a text

    private readonly long _start; // ticks since 1970 at the store clock's zero

    internal DiskClock(TimeProvider time)
    {
        Store = new StoreClock(time);
        _start = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks - Store.Now;
    }

    internal StoreClock Store { get; }

    /// <summary>Now, as it is written to disk.</summary>
    internal long NowOnDisk => (_start + Store.Now) / TimeSpan.TicksPerMillisecond;

    /// <summary>An instant, rounded up to a millisecond.</summary>
    internal long ToDisk(long instant)
    {
        if (instant == StoreClock.Never) return 0;
        if (instant > (LastMillisecond * TimeSpan.TicksPerMillisecond) - _start) return LastMillisecond;
        return Math.Max(1, (_start + instant + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    /// <summary>The instant of a time on disk.</summary>
    internal long FromDisk(long milliseconds) =>
        milliseconds == 0 ? StoreClock.Never : (Math.Min(milliseconds, LastMillisecond) * TimeSpan.TicksPerMillisecond) - _start;
}
