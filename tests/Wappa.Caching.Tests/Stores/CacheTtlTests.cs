using Wappa.Caching.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Stores;

public sealed class CacheTtlTests
{
    [Fact]
    public void Ttl_HasThreeAnswers()
    {
        CacheTtl.Missing.Exists.ShouldBeFalse();
        CacheTtl.Missing.Remaining.ShouldBeNull();
        CacheTtl.Missing.ShouldBe(default);
        CacheTtl.NoExpiry.Exists.ShouldBeTrue();
        CacheTtl.NoExpiry.Remaining.ShouldBeNull();
        CacheTtl.After(TimeSpan.FromSeconds(5)).Exists.ShouldBeTrue();
        CacheTtl.After(TimeSpan.FromSeconds(5)).Remaining.ShouldBe(TimeSpan.FromSeconds(5));
        CacheTtl.After(TimeSpan.FromSeconds(5)).ShouldBe(CacheTtl.After(TimeSpan.FromSeconds(5)));

        CacheTtl.Missing.ToString().ShouldBe("missing");
        CacheTtl.NoExpiry.ToString().ShouldBe("no expiry");
        CacheTtl.After(TimeSpan.FromSeconds(5)).ToString().ShouldBe("00:00:05");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void After_NotAboveZero_IsRefused(long ticks) =>
        Should.Throw<ArgumentOutOfRangeException>(() => CacheTtl.After(new TimeSpan(ticks)));

    [Fact]
    public void Record_Ttl_RunsOnTheStoresClockOrStandsAsItWasRead()
    {
        var time = new ManualTimeProvider();
        var clock = new StoreClock(time);
        var running = DocumentRecord.Hit(CacheDocument.Empty, 1, clock.After(TimeSpan.FromSeconds(10)), clock);
        var read = DocumentRecord.Hit(CacheDocument.Empty, 1, TimeSpan.FromSeconds(10));

        time.Advance(TimeSpan.FromSeconds(4));

        running.Ttl.Remaining.ShouldBe(TimeSpan.FromSeconds(6));
        read.Ttl.Remaining.ShouldBe(TimeSpan.FromSeconds(10));
        DocumentRecord.Hit(CacheDocument.Empty, 1, null).Ttl.ShouldBe(CacheTtl.NoExpiry);
        DocumentRecord.Miss.Ttl.ShouldBe(CacheTtl.Missing);
        DocumentRecord.Miss.IsHit.ShouldBeFalse();
        DocumentRecord.Miss.Revision.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(60));
        running.Ttl.ShouldBe(CacheTtl.Missing);
        running.IsHit.ShouldBeTrue();
    }
}
