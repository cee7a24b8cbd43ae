using System.Diagnostics;

namespace Wappa.Caching.Stores;

/// <summary>
/// The monotonic clock of an in-process store, in ticks of 100 ns since it was made. Instants come from
/// <see cref="TimeProvider.GetTimestamp"/>, so a change of the wall clock expires nothing.
/// </summary>
/// <remarks>
/// Exact, and yet about 4 ns on the hot path of the system clock: a precise reading costs 20 ns or more, so
/// <see cref="HasPassed"/> first asks the coarse tick counter, which lags by at most one tick of the operating system
/// (16 ms at worst), and takes a precise reading only when the instant is less than <see cref="Margin"/> away or past. The
/// distance between the two clocks is measured again every minute, as they may drift on some systems.
/// </remarks>
internal sealed class StoreClock(TimeProvider time)
{
    internal const long Never = long.MaxValue;

    private const long Margin = 500 * TimeSpan.TicksPerMillisecond;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long RemeasureAfterMilliseconds = 60_000;
    private const long WallIsGoodFor = TimeSpan.TicksPerSecond;

    private readonly long _start = time.GetTimestamp();
    private readonly bool _hasCoarse = ReferenceEquals(time, TimeProvider.System);
    private long _coarseToNow; // now = coarse ticks + this; only meant to be right within Margin
    private long _remeasureAt = long.MinValue;
    private long _nowToUtc; // UTC ticks = now + this
    private long _readWallAt = long.MinValue;

    internal TimeProvider Time => time;

    /// <summary>The precise time.</summary>
    internal long Now => _hasCoarse && Stopwatch.Frequency == NanosecondsPerSecond
        ? (Stopwatch.GetTimestamp() - _start) / TimeSpan.NanosecondsPerTick // what the provider does, without its virtual calls
        : time.GetElapsedTime(_start).Ticks;

    /// <summary>The instant a time to live ends.</summary>
    internal long After(TimeSpan ttl) => After(Now, ttl);

    /// <inheritdoc cref="After(TimeSpan)"/>
    internal static long After(long now, TimeSpan ttl) => ttl.Ticks > Never - 1 - now ? Never - 1 : now + ttl.Ticks;

    /// <summary>The wall clock at <paramref name="now"/>, which is now, in UTC ticks. It is asked once a second, as a reading of
    /// each clock would double what a write pays for the time; a wall clock that is set shows a second later.</summary>
    internal long UtcTicks(long now)
    {
        if (!_hasCoarse) return time.GetUtcNow().UtcTicks;
        if (now >= Volatile.Read(ref _readWallAt))
        {
            Volatile.Write(ref _nowToUtc, time.GetUtcNow().UtcTicks - Now);
            Volatile.Write(ref _readWallAt, now + WallIsGoodFor);
        }

        return now + Volatile.Read(ref _nowToUtc);
    }

    /// <summary>Whether an instant is now or before now.</summary>
    internal bool HasPassed(long instant)
    {
        if (instant == Never) return false;
        if (!_hasCoarse) return Now >= instant;
        var coarse = Environment.TickCount64;
        if (coarse >= Volatile.Read(ref _remeasureAt)) Remeasure(coarse);
        var left = instant - (coarse * TimeSpan.TicksPerMillisecond + Volatile.Read(ref _coarseToNow));
        return left <= Margin && Now >= instant;
    }

    // Two threads may measure at once and mix their halves; both halves are right within the margin.
    private void Remeasure(long coarse)
    {
        Volatile.Write(ref _coarseToNow, Now - coarse * TimeSpan.TicksPerMillisecond);
        Volatile.Write(ref _remeasureAt, coarse + RemeasureAfterMilliseconds);
    }
}
