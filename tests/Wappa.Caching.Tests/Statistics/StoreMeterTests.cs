using Wappa.Caching.Statistics;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Statistics;

public sealed class StoreMeterTests
{
    private const string Prefix = "wappa.caching.store.";

    private static readonly CacheEntry Entry = new("v"u8.ToArray());

    [Theory]
    [InlineData("hits", 2)]
    [InlineData("misses", 1)]
    [InlineData("sets", 3)]
    [InlineData("deletes", 1)]
    [InlineData("evictions", 1)]
    [InlineData("entries", 1)]
    public async Task Meter_AfterOperations_TellsTheSumsAndNoKey(string instrument, double expected)
    {
        var backend = "meter-" + instrument;
        using var readings = new MeterReadings(Prefix + instrument);
        using var store = Counting(backend, out var memory);
        using (memory)
        {
            for (var i = 0; i < 3; i++) await store.SetAsync($"secret:{i}", Entry);
            await store.GetAsync("secret:0"); // 1 was let go for 2: who is in stays
            await store.GetManyAsync(["secret:2", "none"]);
            await store.RemoveAsync("secret:0");
            readings.Read(("backend", backend), ("scope", "entries")).ShouldBe(expected);
            readings.Tags.ShouldAllBe(tag => tag.Key == "backend" || tag.Key == "scope");
        }
    }

    [Fact]
    public async Task Expirations_EntriesThatEnded_AreCountedWhenTakenOutOrReplacedAndNotIfRemovedBefore()
    {
        var time = new ManualTimeProvider();
        using var readings = new MeterReadings(Prefix + "expirations");
        using var memory = new MemoryCacheStore(time: time);
        using var store = new CountingCacheStore(new Named(memory, "expiring"));
        var brief = Entry with { Ttl = TimeSpan.FromSeconds(1) };
        foreach (var key in (string[])["a", "b", "c"]) await store.SetAsync(key, brief);
        await store.RemoveAsync("c");
        time.Advance(TimeSpan.FromSeconds(1));
        await store.SetAsync("a", Entry);
        time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 1_000_000 && store.Statistics().Expirations < 2; i++) await Task.Yield();
        readings.Read(("backend", "expiring"), ("scope", "entries")).ShouldBe(2);
        (store.Statistics().Expirations, store.Statistics().Entries).ShouldBe((2, 1));
        store.Reset();
        store.Statistics().Expirations.ShouldBe(0);
    }

    [Fact]
    public async Task Counters_StoreClosed_NeverFall()
    {
        using var readings = new MeterReadings(Prefix + "hits");
        for (var round = 1; round < 4; round++)
        {
            var store = Counting("closing", out var memory);
            await store.SetAsync("k", Entry);
            await store.GetAsync("k");
            readings.Read(("backend", "closing")).ShouldBe(round);
            store.Reset();
            readings.Read(("backend", "closing")).ShouldBe(round);
            store.Dispose();
            store.Dispose();
            memory.Dispose();
            readings.Read(("backend", "closing")).ShouldBe(round);
        }
    }

    [Fact]
    public async Task Duration_WhileSomebodyListens_IsRecordedForEachOperation()
    {
        using var store = Counting("timed", out var memory);
        using (memory)
        {
            await store.GetAsync("k");
            using var readings = new MeterReadings(Prefix + "operation.duration");
            await store.SetAsync("k", Entry);
            await store.GetAsync("k");
            await store.GetManyAsync(["k"]);
            await store.RemoveAsync("k");
            foreach (var operation in new[] { "set", "get", "get_many", "remove" })
                readings.Count(("backend", "timed"), ("operation", operation)).ShouldBe(1, operation);
        }
    }

    [Fact]
    public async Task Errors_OfEachKind_AreToldApart()
    {
        using var readings = new MeterReadings(Prefix + "errors");
        using var inner = new Administration.GatedStore { FailOn = "get" };
        using var store = new CountingCacheStore(new Named(inner, "erring"));
        await Should.ThrowAsync<CacheStoreException>(async () => await store.GetAsync("k"));
        readings.Read(("backend", "erring"), ("error", "unavailable")).ShouldBe(1);
        readings.Read(("backend", "erring"), ("error", "timeout")).ShouldBe(0);
    }

    [Fact]
    public async Task Counting_ManyThreads_LosesNothing()
    {
        using var store = Counting("threads", out var memory);
        using (memory)
        {
            await store.SetAsync("k", Entry);
            await Parallel.ForAsync(0, 40_000, async (_, token) => await store.GetAsync("k", token));
            store.Statistics().Hits.ShouldBe(40_000);
        }
    }

    [Fact]
    public async Task GetAsync_AHitInMemory_AllocatesNothing()
    {
        using var store = Counting("allocating", out var memory);
        using (memory)
        {
            await store.SetAsync("k", Entry);
            for (var i = 0; i < 1_000; i++) await store.GetAsync("k");
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++) await store.GetAsync("k"); // answered at once: this method never leaves its thread
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000); // less than one byte each
        }
    }

    private static CountingCacheStore Counting(string backend, out MemoryCacheStore memory)
    {
        memory = new MemoryCacheStore(new MemoryStoreOptions { MaxEntries = 2 });
        return new CountingCacheStore(new Named(memory, backend));
    }
}
