using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Times to live: exact at the instant, readable, renewable.</summary>
public abstract class CacheStoreTtlConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(86_400)]
    public async Task GetAsync_AtTheInstantOfExpiry_IsAMiss(int seconds)
    {
        await Store.SetAsync(Key, Entry("v") with { Ttl = seconds * Second });
        await AdvanceAsync((seconds * Second) - Harness.TimeStep);
        await ShouldHoldAsync(Key, "v");
        await AdvanceAsync(Harness.TimeStep);
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task AnyOperation_Expired_FindsNothing()
    {
        await Store.SetManyAsync([new(Key, Entry("v", Tag) with { Ttl = Second }), new(OtherKey, Entry("v"))]);
        await AdvanceAsync(Second);
        (await Store.GetManyAsync([Key, OtherKey])).Select(entry => entry is null).ShouldBe([true, false]);
        (await Store.GetTtlAsync(Key)).ShouldBe(CacheTtl.Missing);
        (await Store.RenewAsync(Key, Second)).ShouldBeFalse();
        (await Store.RemoveAsync(Key)).ShouldBeFalse();
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task AddAsync_Expired_Creates()
    {
        await Store.SetAsync(Key, Entry("old") with { Ttl = Second });
        await AdvanceAsync(Second);
        (await Store.AddAsync(Key, Entry("new"))).ShouldBeTrue();
        await AdvanceAsync(10 * Second); // the old one's expiry does not reach the new one
        await ShouldHoldAsync(Key, "new");
    }

    [Fact]
    public async Task RemoveByPrefixAsync_Expired_DoesNotCountIt()
    {
        await Store.SetManyAsync([new(Key, Entry("v") with { Ttl = Second }), new(OtherKey, Entry("v"))]);
        await AdvanceAsync(Second);
        (await Store.RemoveByPrefixAsync("chat:v1:")).ShouldBe(1);
    }

    [Fact]
    public async Task SetAsync_WithoutTtl_LivesOn()
    {
        await Store.SetAsync(Key, Entry("v"));
        await ShouldLiveAsync(Key, null);
        await AdvanceAsync(TimeSpan.FromDays(1));
        await ShouldHoldAsync(Key, "v");
    }

    [Fact]
    public async Task SetAsync_LongestTtls_LivesOn()
    {
        await Store.SetAsync(Key, Entry("v") with { Ttl = TimeSpan.MaxValue, SlidingTtl = TimeSpan.MaxValue });
        await ShouldHoldAsync(Key, "v");
        (await Store.GetTtlAsync(Key)).Exists.ShouldBeTrue();
        await AdvanceAsync(TimeSpan.FromDays(1));
        await ShouldHoldAsync(Key, "v");
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(5, 10)]
    [InlineData(5, null)]
    public async Task SetAsync_Present_TakesTheNewTtl(int before, int? after)
    {
        await Store.SetAsync(Key, Entry("v") with { Ttl = before * Second });
        await AdvanceAsync(Second);
        await Store.SetAsync(Key, Entry("w") with { Ttl = after * Second });
        await ShouldLiveAsync(Key, after * Second);
        await AdvanceAsync(((after ?? 20) * Second) - Harness.TimeStep);
        await ShouldHoldAsync(Key, "w");
        await AdvanceAsync(Harness.TimeStep);
        if (after is null) await ShouldHoldAsync(Key, "w");
        else await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task GetTtlAsync_AsTimePasses_TellsWhatIsLeft()
    {
        (await Store.GetTtlAsync(Key)).ShouldBe(CacheTtl.Missing);
        await Store.SetAsync(Key, Entry("v") with { Ttl = 60 * Second });
        await ShouldLiveAsync(Key, 60 * Second);
        await AdvanceAsync(59 * Second);
        await ShouldLiveAsync(Key, Second);
    }

    [Theory]
    [InlineData(10, 60)]
    [InlineData(60, 10)]
    [InlineData(null, 10)]
    public async Task RenewAsync_Present_StartsANewLife(int? before, int after)
    {
        var storedAt = Harness.UtcNow;
        await Store.SetAsync(Key, Entry("v") with { Ttl = before * Second });
        await AdvanceAsync(5 * Second);
        (await Store.RenewAsync(Key, after * Second)).ShouldBeTrue();
        await ShouldLiveAsync(Key, after * Second);

        var entry = (await Store.GetAsync(Key)).ShouldNotBeNull();
        entry.Ttl.ShouldBe(after * Second);
        ShouldBeStoredAt(entry, storedAt); // renewed, not stored again
        await AdvanceAsync((after * Second) - Harness.TimeStep);
        await ShouldHoldAsync(Key, "v");
        await AdvanceAsync(Harness.TimeStep);
        await ShouldMissAsync(Key);
    }

    [Fact]
    public async Task RenewAsync_Missing_IsFalseAndCreatesNothing()
    {
        (await Store.RenewAsync(Key, Second)).ShouldBeFalse();
        await ShouldMissAsync(Key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task RenewAsync_NotAboveZero_ThrowsAndChangesNothing(int seconds)
    {
        await Store.SetAsync(Key, Entry("v") with { Ttl = 60 * Second });
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await Store.RenewAsync(Key, seconds * Second));
        await ShouldLiveAsync(Key, 60 * Second);
    }

    [Fact]
    public async Task GetAsync_NoLongerFresh_IsStillAHit()
    {
        await Store.SetAsync(Key, Entry("v") with { Ttl = 60 * Second, FreshFor = Second });
        await AdvanceAsync(59 * Second);
        (await Store.GetAsync(Key)).ShouldNotBeNull().FreshFor.ShouldBe(Second);
    }
}
