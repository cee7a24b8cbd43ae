using Wappa.Caching.Redis.Records;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>What is known of the server's clock without asking: never more than it shows.</summary>
public sealed class ServerClockTests
{
    private const long Heard = 1_763_735_511_000_000;

    private readonly SteppedTime _time = new();

    [Fact]
    public void AtLeast_BeforeAnyReply_IsNothing() => new ServerClock(_time, false).AtLeast().ShouldBe(0);

    [Fact]
    public void AtLeast_SlowServerClockAfterALongSilence_IsNotAheadOfIt()
    {
        var clock = new ServerClock(_time, hasManyServers: false);
        var server = Heard;
        for (var seconds = 1; seconds < 100_000; seconds *= 3)
        {
            clock.Heard(server);
            clock.IsOld.ShouldBeFalse();
            _time.Advance(TimeSpan.FromSeconds(seconds));
            server += seconds * 999_100L;
            clock.AtLeast().ShouldBeLessThan(server);
            clock.IsOld.ShouldBe(seconds >= 60);
        }
    }

    [Fact]
    public void AtLeast_JustHeard_IsCloseBelow()
    {
        var clock = new ServerClock(_time, hasManyServers: false);
        clock.Heard(Heard);
        _time.Advance(TimeSpan.FromSeconds(1));
        clock.AtLeast().ShouldBeInRange(Heard + 995_000, Heard + 999_000);
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        internal void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
