using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Sliding times to live: reads renew them, never beyond the entry's own time to live.</summary>
public abstract class CacheStoreSlidingConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    private static readonly TimeSpan Sliding = 10 * Second;

    [Fact]
    public async Task GetAsync_NotReadInTime_IsAMissAtTheInstant()
    {
        await Store.SetAsync(Key, Entry("v") with { SlidingTtl = Sliding });
        await Store.SetAsync(OtherKey, Entry("v") with { SlidingTtl = Sliding, Ttl = 60 * Second });
        await AdvanceAsync(Sliding);
        await ShouldMissAsync(Key);
        await ShouldMissAsync(OtherKey);
    }

    [Fact]
    public async Task GetAsync_ReadAgainAndAgain_LivesOn()
    {
        await Store.SetAsync(Key, Entry("v") with { SlidingTtl = Sliding });
        for (var i = 0; i < 10; i++)
        {
            await AdvanceAsync(Sliding - Harness.TimeStep);
            await ShouldHoldAsync(Key, "v");
            await ShouldLiveAsync(Key, Sliding);
        }

        await AdvanceAsync(Sliding);
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task GetAsync_ReadAgainAndAgain_EndsWithTheTtl()
    {
        await Store.SetAsync(Key, Entry("v") with { SlidingTtl = Sliding, Ttl = 25 * Second });
        for (var i = 0; i < 3; i++) // far from either end: where time is a server's, the machine may stop for a second
        {
            await AdvanceAsync(6 * Second);
            await ShouldHoldAsync(Key, "v");
        }

        await ShouldLiveAsync(Key, 7 * Second);
        await AdvanceAsync((7 * Second) - Harness.TimeStep);
        await ShouldHoldAsync(Key, "v");
        await AdvanceAsync(Harness.TimeStep);
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task GetManyAsync_Sliding_RenewsEach()
    {
        await SetEachAsync(Entry("v") with { SlidingTtl = Sliding }, Key, OtherKey);
        await AdvanceAsync(6 * Second);
        await Store.GetManyAsync([Key]);
        await AdvanceAsync(6 * Second);
        await ShouldHoldAsync(Key, "v");
        await ShouldMissAsync(OtherKey);
    }

    [Fact]
    public async Task GetTtlAsync_Sliding_TellsWhatIsLeftAndRenewsNothing()
    {
        await Store.SetAsync(Key, Entry("v") with { SlidingTtl = Sliding, Ttl = 60 * Second });
        await AdvanceAsync(9 * Second);
        await ShouldLiveAsync(Key, Second);
        (await Store.AddAsync(Key, Entry("w"))).ShouldBeFalse();
        await ShouldLiveAsync(Key, Second);
        await AdvanceAsync(Second);
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task RenewAsync_Sliding_MovesTheEndAndKeepsSliding()
    {
        await Store.SetAsync(Key, Entry("v") with { SlidingTtl = Sliding, Ttl = 12 * Second });
        await AdvanceAsync(9 * Second);
        (await Store.RenewAsync(Key, 15 * Second)).ShouldBeTrue();
        await ShouldLiveAsync(Key, Sliding);
        await AdvanceAsync(9 * Second);
        await ShouldHoldAsync(Key, "v");
        await ShouldLiveAsync(Key, 6 * Second);
        await AdvanceAsync(6 * Second);
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task RenewAsync_SlidingShortened_EndsThen()
    {
        await Store.SetAsync(Key, Entry("v") with { SlidingTtl = Sliding });
        (await Store.RenewAsync(Key, 3 * Second)).ShouldBeTrue();
        await AdvanceAsync(2 * Second);
        await ShouldHoldAsync(Key, "v");
        await AdvanceAsync(Second);
        await ShouldMissAsync(Key);
    }
}
