using Wappa.Caching.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Stores;

public sealed class StoreClockTests
{
    [Fact]
    public void HasPassed_IsExactToTheTick()
    {
        var time = new ManualTimeProvider();
        var clock = new StoreClock(time);
        var instant = clock.After(TimeSpan.FromSeconds(30));

        time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        clock.HasPassed(instant).ShouldBeFalse();
        time.Advance(TimeSpan.FromTicks(1));
        clock.HasPassed(instant).ShouldBeTrue();
        clock.Now.ShouldBe(TimeSpan.FromSeconds(30).Ticks);
    }

    [Fact]
    public void HasPassed_Never_IsFalseForEver()
    {
        var time = new ManualTimeProvider();
        var clock = new StoreClock(time);
        var farthest = clock.After(TimeSpan.MaxValue);
        time.Advance(TimeSpan.FromDays(365_000));

        clock.HasPassed(StoreClock.Never).ShouldBeFalse();
        clock.HasPassed(farthest).ShouldBeFalse();
        farthest.ShouldBeLessThan(StoreClock.Never);
        clock.After(TimeSpan.MaxValue).ShouldBe(StoreClock.Never - 1);
    }

    [Fact]
    public void HasPassed_OnTheSystemClock_AgreesWithThePreciseOne()
    {
        var clock = new StoreClock(TimeProvider.System);
        for (var round = 0; round < 2_000; round++)
        {
            // Within the margin, beyond it on both sides, and on the instant itself: the precise reading decides.
            foreach (var offset in (long[])[-TimeSpan.TicksPerHour, -TimeSpan.TicksPerSecond, -1, 0])
                clock.HasPassed(clock.Now + offset).ShouldBeTrue();
            foreach (var offset in (long[])[TimeSpan.TicksPerMinute, TimeSpan.TicksPerHour, TimeSpan.TicksPerDay])
                clock.HasPassed(clock.Now + offset).ShouldBeFalse();
        }
    }

    [Fact]
    public void HasPassed_OnTheSystemClock_IsNeverEarly()
    {
        var clock = new StoreClock(TimeProvider.System);
        var instant = clock.After(TimeSpan.FromMilliseconds(40));
        while (!clock.HasPassed(instant))
        {
            // spins for the 40 ms in question: what matters is the very first time it says yes
        }

        clock.Now.ShouldBeGreaterThanOrEqualTo(instant);
        clock.Now.ShouldBeLessThan(instant + TimeSpan.TicksPerSecond * 5);
    }
}
