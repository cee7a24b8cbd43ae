using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Limits by count and by bytes, and who goes.</summary>
public sealed class MemoryCacheStoreBoundsTests
{
    private static CacheEntry OfSize(int bytes) => new(new byte[bytes]);

    private static MemoryCacheStore Store(long? entries = null, long? bytes = null) =>
        new(new MemoryStoreOptions { MaxEntries = entries, MaxEntryBytes = bytes, HashSeed = 1 });

    private static async Task<string> HeldAsync(MemoryCacheStore store, string keys)
    {
        EntryTableCheck.Verify(store.Table);
        var held = "";
        foreach (var key in keys)
        {
            if ((await store.GetTtlAsync($"{key}")).Exists) held += key; // does not count as a visit
        }

        return held;
    }

    [Fact]
    public async Task SetAsync_BeyondTheCount_KeepsTheNewestAndWhatWasThere()
    {
        using var store = Store(entries: 3);
        foreach (var key in "abcde") await store.SetAsync($"{key}", OfSize(1));
        (await HeldAsync(store, "abcde")).ShouldBe("abe"); // all were asked for once: who is in stays
        store.Table.Evictions.ShouldBe(2);
    }

    [Fact]
    public async Task SetAsync_AskedForMoreOftenThanWhatIsKept_TakesItsPlace()
    {
        using var store = Store(entries: 3);
        foreach (var key in "abcd") await store.SetAsync($"{key}", OfSize(1)); // c was let go for d
        await store.SetAsync("c", OfSize(1)); // the second time
        await store.SetAsync("e", OfSize(1)); // c leaves the window, and beats a
        (await HeldAsync(store, "abcde")).ShouldBe("bce");
    }

    [Fact]
    public async Task SetAsync_WhatWasRead_IsSparedAndItsReadsCount()
    {
        using var store = Store(entries: 3);
        foreach (var key in "abc") await store.SetAsync($"{key}", OfSize(1));
        await store.GetAsync("a");
        await store.GetManyAsync(["a"]);
        foreach (var key in "dcdc") await store.SetAsync($"{key}", OfSize(1));
        (await HeldAsync(store, "abcd")).ShouldBe("acd"); // b went, though a is older
    }

    [Fact]
    public async Task SetAsync_WrittenAgain_CountsAsARead()
    {
        using var store = Store(entries: 3);
        foreach (var key in "abca") await store.SetAsync($"{key}", OfSize(1));
        foreach (var key in "dcdc") await store.SetAsync($"{key}", OfSize(1));
        (await HeldAsync(store, "abcd")).ShouldBe("acd");
    }

    [Fact]
    public async Task SetAsync_OneLongScan_KeepsTheUsefulEntries()
    {
        using var store = Store(entries: 100);
        for (var i = 0; i < 50; i++) await store.SetAsync($"hot{i}", OfSize(1));
        for (var i = 0; i < 10_000; i++)
        {
            await store.SetAsync($"scan{i}", OfSize(1));
            await store.GetAsync($"hot{i % 50}");
        }

        var hot = await store.GetManyAsync([.. Enumerable.Range(0, 50).Select(i => $"hot{i}")]);
        hot.Count(entry => entry is not null).ShouldBe(50);
        EntryTableCheck.Verify(store.Table);
    }

    [Fact]
    public async Task SetAsync_SoManyReadThatTheHandCannotPassThem_StillEvictsOne()
    {
        const int Count = 2 * EvictionPolicy.MostSteps;
        using var store = Store(entries: Count);
        for (var i = 0; i < Count; i++) await store.SetAsync($"{i}", OfSize(1));
        for (var i = 0; i < Count; i++) await store.GetAsync($"{i}");
        await store.SetAsync("one more", OfSize(1));
        store.Table.Evictions.ShouldBe(1);
        store.Table.All.Count(pair => pair.Value.Visits == 0).ShouldBeLessThanOrEqualTo(EvictionPolicy.MostSteps + 2);
    }

    [Fact]
    public async Task SetAsync_LargeNewcomer_MustBeatTheSumOfThoseItWouldPushOut()
    {
        var one = MemoryEntry.SizeOf("a", OfSize(1_000));
        using var store = Store(bytes: 3 * one);
        foreach (var key in "abc") await store.SetAsync($"{key}", OfSize(1_000));
        store.Table.Bytes.ShouldBe(3 * one);
        var two = OfSize((int)(2 * one) - MemoryEntry.Overhead - 2);
        await store.SetAsync("d", two);
        await store.SetAsync("d", two); // asked for twice, as often as the two together
        (await HeldAsync(store, "abcd")).ShouldBe("abc");
        store.Table.Evictions.ShouldBe(2); // itself, twice
        await store.SetAsync("d", two);
        (await HeldAsync(store, "abcd")).Length.ShouldBe(2);
        (await HeldAsync(store, "d")).ShouldBe("d");
        store.Table.Bytes.ShouldBe(3 * one);
    }

    [Fact]
    public async Task SetAsync_MiddlingAmongVerySmallOnes_EvictsNoMoreThanABoundedNumber()
    {
        const int Limit = 10_000_000;
        using var store = Store(bytes: Limit);
        for (var i = 0; store.Table.Evictions == 0; i++) await store.SetAsync($"{i}", OfSize(0));
        var before = store.Table.Evictions;
        await store.SetAsync("middling", OfSize(Limit / 110));
        (store.Table.Evictions - before).ShouldBeLessThanOrEqualTo(2 * EvictionPolicy.MostEvicted);
        await store.SetAsync("middling", OfSize(Limit / 110)); // the room made for it is there
        (await store.GetAsync("middling")).ShouldNotBeNull();
    }

    [Fact]
    public async Task SetAsync_KeyAndTags_CountToo()
    {
        using var store = Store(bytes: 10_000);
        await store.SetAsync("k", new CacheEntry(new byte[100]) { Tags = ["ab", "c"] });
        store.Table.Bytes.ShouldBe(
            MemoryEntry.Overhead + 2 + 100 + MemoryEntry.TraitsOverhead + (2 * MemoryEntry.TagOverhead) + 4 + 2);
    }

    [Fact]
    public async Task SetAsync_ReplacedByALarger_EvictsOthersAndNotItself()
    {
        var one = MemoryEntry.SizeOf("a", OfSize(1_000));
        using var store = Store(bytes: 3 * one);
        foreach (var key in "abc") await store.SetAsync($"{key}", OfSize(1_000));
        await store.SetAsync("a", OfSize(1_500));
        (await HeldAsync(store, "abc")).ShouldBe("ac");
        (await store.GetAsync("a"))!.Value.Length.ShouldBe(1_500);
        await store.SetAsync("a", OfSize((int)(3 * one) - MemoryEntry.Overhead - 2));
        (await HeldAsync(store, "abc")).ShouldBe("a");
        store.Table.Bytes.ShouldBe(3 * one);
    }

    [Fact]
    public async Task SetAsync_LargerThanTheStore_IsNotKeptAndNeitherIsTheOlderOne()
    {
        using var store = Store(bytes: 10_000);
        await store.SetAsync("a", OfSize(1_000));
        await store.SetAsync("b", OfSize(1_000));
        await store.SetAsync("a", OfSize(10_000));
        (await HeldAsync(store, "ab")).ShouldBe("b"); // and nobody was evicted for it
        (await store.AddAsync("c", OfSize(10_000))).ShouldBeFalse();
        await store.SetAsync("a", OfSize(1_000));
        (await store.CompleteLoadAsync("a", OfSize(10_000), await store.BeginLoadAsync("a"))).ShouldBeFalse();
        (await HeldAsync(store, "abc")).ShouldBe("b");
        store.Table.Evictions.ShouldBe(0);
    }

    [Fact]
    public async Task SetAsync_RoomForOne_HoldsTheLast()
    {
        using var store = Store(entries: 1);
        foreach (var key in "abc")
        {
            await store.SetAsync($"{key}", OfSize(1));
            await store.GetAsync($"{key}");
        }

        (await HeldAsync(store, "abc")).ShouldBe("c");
    }

    [Fact]
    public async Task SetAsync_EvictedAgainAndAgain_KeepsNoTagAndNoTimer()
    {
        using var store = Store(entries: 10);
        for (var i = 0; i < 1_000; i++)
        {
            var entry = OfSize(1) with { Tags = [$"own{i}", "shared"], Ttl = TimeSpan.FromHours(1) };
            await store.SetAsync($"{i}", entry);
        }

        store.Table.Tags.Count.ShouldBe(11);
        store.Table.TimerCount.ShouldBe(10);
        EntryTableCheck.Verify(store.Table);
    }

    [Fact]
    public async Task AnyWrite_FromManyThreads_NeverExceedsALimit()
    {
        var most = 50 * MemoryEntry.SizeOf("00", OfSize(100));
        using var store = Store(entries: 40, bytes: most);
        var exceeded = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 5_000; i++)
            {
                var key = $"{random.Next(200)}";
                if (random.Next(3) == 0) await store.GetAsync(key);
                else await store.SetAsync(key, OfSize(random.Next(400)));
                var usage = ((IEntryUsage)store).Usage;
                if (usage.Entries > 40 || usage.Bytes > most) Interlocked.Increment(ref exceeded);
            }
        })));
        exceeded.ShouldBe(0);
        store.Table.Evictions.ShouldBeGreaterThan(0);
        EntryTableCheck.Verify(store.Table);
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(null, -1L)]
    public void New_LimitBelowOne_Throws(long? entries, long? bytes) =>
        Should.Throw<ArgumentException>(() => Store(entries, bytes)).Message
            .ShouldContain($"MemoryStoreOptions.{(entries is null ? "MaxEntryBytes" : "MaxEntries")}");
}
