using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Space of expired entries comes back by time alone.</summary>
public sealed class MemoryCacheStoreReclaimTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryCacheStore _store;

    public MemoryCacheStoreReclaimTests() => _store = new MemoryCacheStore(new MemoryStoreOptions(), _clock);

    public void Dispose()
    {
        EntryTableCheck.Verify(_store.Table);
        _store.Dispose();
    }

    private ValueTask SetAsync(string key, TimeSpan? ttl, TimeSpan? sliding = null) => _store.SetAsync(
        key, new CacheEntry(new byte[10]) { Ttl = ttl, SlidingTtl = sliding, Tags = ["tag", $"own {key}"] });

    [Fact]
    public async Task Time_PassingTheTtl_GivesBackTheSpaceWithoutARead()
    {
        for (var i = 1; i <= 100; i++) await SetAsync($"{i}", i * Second);
        await SetAsync("stays", null);
        _clock.Advance(52 * Second);
        _store.Table.Count.ShouldBeInRange(49, 51); // those of the last second or two may wait
        _clock.Advance(50 * Second);
        _store.Table.Count.ShouldBe(1);
        _store.Table.Tags.Count.ShouldBe(2);
        _store.Table.TimerCount.ShouldBe(0);
        _clock.ActiveTimers.ShouldBe(0); // an idle store wakes nobody
    }

    [Fact]
    public async Task Time_AfterAReplacement_KeepsTheNewEntry()
    {
        await SetAsync("a", 5 * Second);
        await SetAsync("a", 60 * Second);
        _clock.Advance(30 * Second);
        _store.Table.Count.ShouldBe(1);
        await SetAsync("a", 5 * Second);
        _clock.Advance(7 * Second);
        _store.Table.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Time_AfterARenewal_FollowsIt()
    {
        await SetAsync("longer", 5 * Second);
        await SetAsync("shorter", 500 * Second);
        await SetAsync("at all", null);
        await _store.RenewAsync("longer", 60 * Second);
        await _store.RenewAsync("shorter", 5 * Second);
        await _store.RenewAsync("at all", 5 * Second);
        _clock.Advance(7 * Second);
        _store.Table.All.Select(pair => pair.Key).ShouldBe(["longer"]);
        _clock.Advance(55 * Second);
        _store.Table.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Time_WhileSlidingEntriesAreRead_TakesTheUnreadOnly()
    {
        await SetAsync("read", null, sliding: 10 * Second);
        await SetAsync("unread", null, sliding: 10 * Second);
        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(5 * Second);
            (await _store.GetAsync("read")).ShouldNotBeNull();
        }

        _store.Table.All.Select(pair => pair.Key).ShouldBe(["read"]);
        _clock.Advance(12 * Second);
        _store.Table.Count.ShouldBe(0);
    }

    [Fact]
    public async Task AddAsync_ExpiredButNotYetReclaimed_TakesItsPlace()
    {
        await SetAsync("a", Second / 2);
        _clock.Advance(Second / 2);
        _store.Table.Count.ShouldBe(1);
        (await _store.AddAsync("a", new CacheEntry(new byte[1]))).ShouldBeTrue();
        _store.Table.Count.ShouldBe(1);
        _store.Table.TimerCount.ShouldBe(0);
        _clock.Advance(10 * Second);
        (await _store.GetAsync("a")).ShouldNotBeNull();
    }

    [Fact]
    public async Task SetAsync_TtlBelowAMillisecond_IsRoundedUp()
    {
        await SetAsync("a", new TimeSpan(1));
        (await _store.GetTtlAsync("a")).Remaining.ShouldBe(TimeSpan.FromMilliseconds(1));
        await SetAsync("b", null, sliding: TimeSpan.FromTicks(10_001));
        (await _store.GetTtlAsync("b")).Remaining.ShouldBe(TimeSpan.FromMilliseconds(2));
    }

    [Fact]
    public async Task Dispose_WithEntries_LeavesThemReadable()
    {
        await SetAsync("a", 60 * Second);
        _store.Dispose();
        (await _store.GetAsync("a")).ShouldNotBeNull();
        await SetAsync("b", 60 * Second);
        _clock.ActiveTimers.ShouldBe(0);
    }
}
