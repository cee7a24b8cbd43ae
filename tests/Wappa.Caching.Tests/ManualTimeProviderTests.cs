using Wappa.Testing;

namespace Wappa.Caching.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Clock_StandsStillUntilAdvanced()
    {
        var start = _clock.GetUtcNow();
        start.ShouldBe(new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero));
        _clock.GetUtcNow().ShouldBe(start);
        var stamp = _clock.GetTimestamp();

        _clock.Advance(TimeSpan.FromTicks(7));

        _clock.GetUtcNow().ShouldBe(start.AddTicks(7));
        _clock.GetElapsedTime(stamp).ShouldBe(TimeSpan.FromTicks(7));
        _clock.TimestampFrequency.ShouldBe(10_000_000);
        Should.Throw<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(-1)));
        new ManualTimeProvider(new DateTimeOffset(2000, 1, 1, 2, 0, 0, TimeSpan.FromHours(2))).GetUtcNow()
            .ShouldBe(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Timers_FireInTheOrderOfTimeEachAtItsInstant()
    {
        var fired = new List<(string, double)>();
        using var late = Timer("late", 3, fired);
        using var early = Timer("early", 1, fired);
        using var same = Timer("same", 3, fired);
        using var never = Timer("never", 30, fired);
        _clock.ActiveTimers.ShouldBe(4);

        _clock.Advance(TimeSpan.FromSeconds(10));

        fired.ShouldBe([("early", 1), ("late", 3), ("same", 3)]);
        _clock.ActiveTimers.ShouldBe(1);
    }

    [Fact]
    public void Timer_Periodic_FiresForEachPeriodUntilItIsStopped()
    {
        var fired = new List<double>();
        var start = _clock.GetUtcNow();
        ITimer? timer = null;
        timer = _clock.CreateTimer(
            _ =>
            {
                fired.Add((_clock.GetUtcNow() - start).TotalSeconds);
                if (fired.Count == 4) timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            },
            null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(4));
        fired.ShouldBe([1, 3]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        fired.ShouldBe([1, 3, 5, 7]);
        timer.Dispose();
        timer.Change(TimeSpan.Zero, TimeSpan.Zero).ShouldBeFalse();
    }

    [Fact]
    public void Timer_MadeInACallback_FiresInTheSameAdvanceIfItIsDue()
    {
        var fired = new List<(string, double)>();
        using var outer = _clock.CreateTimer(_ =>
            Timer("inner", 2, fired), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));
        fired.ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(1));
        fired.ShouldBe([("inner", 3)]);
    }

    [Fact]
    public void Timer_DueAtOnce_FiresAtTheNextAdvance()
    {
        var fired = new List<(string, double)>();
        using var timer = Timer("now", 0, fired);
        fired.ShouldBeEmpty();

        _clock.Advance(TimeSpan.Zero);

        fired.ShouldBe([("now", 0)]);
    }

    [Fact]
    public async Task Timer_Disposed_DoesNotFire()
    {
        var fired = new List<(string, double)>();
        Timer("disposed", 1, fired).Dispose();
        await Timer("disposed too", 1, fired).DisposeAsync();

        _clock.Advance(TimeSpan.FromSeconds(5));

        fired.ShouldBeEmpty();
        _clock.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Timer_BadTimes_AreRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(
            () => _clock.CreateTimer(_ => { }, null, TimeSpan.FromTicks(-1), Timeout.InfiniteTimeSpan));
        Should.Throw<ArgumentNullException>(() => _clock.CreateTimer(null!, null, TimeSpan.Zero, TimeSpan.Zero));
        using var longest = _clock.CreateTimer(_ => { }, null, TimeSpan.MaxValue, Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromDays(1000));
        _clock.ActiveTimers.ShouldBe(1);
    }

    [Fact]
    public async Task Delay_And_CancellationTimeouts_FollowTheClock()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(5), _clock, TestContext.Current.CancellationToken);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(10), _clock);

        _clock.Advance(TimeSpan.FromMinutes(5));
        await delay;
        timeout.IsCancellationRequested.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(5));
        timeout.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void Clock_UsedByManyThreads_LosesNoTimerAndNoTick()
    {
        var fired = 0;
        Parallel.For(0, 400, i =>
        {
            using var kept = _clock.CreateTimer(
                _ => Interlocked.Increment(ref fired), null, TimeSpan.FromMilliseconds(i % 7),
                    Timeout.InfiniteTimeSpan);
            _clock.Advance(TimeSpan.FromMilliseconds(7));
        });

        fired.ShouldBe(400);
        _clock.GetTimestamp().ShouldBe(TimeSpan.FromMilliseconds(2_800).Ticks);
    }

    private ITimer Timer(string name, double seconds, List<(string, double)> fired) => _clock.CreateTimer(
        _ => fired.Add((name, _clock.GetElapsedTime(0).TotalSeconds)), null, TimeSpan.FromSeconds(seconds),
            Timeout.InfiniteTimeSpan);
}
