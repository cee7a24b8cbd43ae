using Wappa.Caching.Layering;
using Wappa.Caching.Stores;
using Wappa.Caching.Tests.Statistics;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>What memory in front of a shared store answers by itself is counted, apart from what the store was asked.</summary>
public sealed class LayerMeterTests
{
    [Fact]
    public async Task Meter_EntriesReadTwice_CountsWhatMemoryAnsweredAndWhatItAskedFor()
    {
        var time = new ManualTimeProvider();
        using var hits = new MeterReadings("wappa.caching.local.hits");
        using var misses = new MeterReadings("wappa.caching.local.misses");
        using var memory = new MemoryCacheStore(time: time);
        await using var layered = new LayeredCacheStore(new Named(memory, "layered-entries"), new FakeFeed<IEntryChangeListener>(), null, time);
        await layered.StartAsync();
        (string, string)[] tags = [("backend", "layered-entries"), ("scope", "entries")];
        foreach (var key in (string[])["a", "b"]) await memory.SetAsync(key, new CacheEntry("1"u8.ToArray()));
        await layered.GetAsync("a");
        await layered.GetManyAsync(["a", "b", "none"]);
        await layered.GetAsync("b");
        ((IInstantEntries)layered).TryRead("a", out _).ShouldBeTrue();
        ((IInstantEntries)layered).TryRead("none", out _).ShouldBeFalse();
        (hits.Read(tags), misses.Read(tags)).ShouldBe((3, 3));
        hits.Tags.Select(tag => tag.Key).Distinct().Order().ShouldBe(["backend", "scope"]);
    }

    [Fact]
    public async Task Meter_RecordsReadTwice_CountsWhatMemoryAnsweredAndWhatItAskedFor()
    {
        using var hits = new MeterReadings("wappa.caching.local.hits");
        using var misses = new MeterReadings("wappa.caching.local.misses");
        using var memory = new MemoryDocumentStore();
        await using var layered = new LayeredDocumentStore(memory, new FakeFeed<IRecordChangeListener>());
        await layered.StartAsync();
        (string, string)[] tags = [("backend", "memory"), ("scope", "records")];
        var (hitsBefore, missesBefore) = (hits.Read(tags) ?? 0, misses.Read(tags) ?? 0);
        var key = RecordKey.User("hotel123", "1");
        await memory.ApplyAsync(key, new RecordChange.Set(CacheDocument.Parse("""{"n":1}""")));
        await layered.GetAsync(key);
        await layered.GetFieldAsync(key, "n");
        await layered.GetManyAsync([key]);
        (hits.Read(tags) - hitsBefore).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(2); // other tests may count too
        (misses.Read(tags) - missesBefore).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(1);
    }
}
