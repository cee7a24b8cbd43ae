using System.Diagnostics;
using System.Diagnostics.Metrics;
using Wappa.Caching.Statistics;

namespace Wappa.Caching.Tests.Strategies;

public sealed class StrategyStatisticsTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Counters_OfEachKindOfCall_AreExact()
    {
        var cache = _desk.Texts();
        await cache.FetchAsync(Key, _ => Task.FromResult("loaded"));                                         // miss, load
        await cache.FetchAsync(Key, _ => Task.FromResult("loaded"));                                         // hit
        await cache.GetAsync(Key);                                                                           // hit
        await cache.TryGetAsync(["other"]);                                                                  // miss
        await cache.GetManyAsync([Key, ["other"]]);                                                          // hit, miss
        await Should.ThrowAsync<IOException>(async () => await cache.FetchAsync(["x"], _ => throw new IOException())); // miss, failed load
        await cache.SetAsync(Key, "set");
        await cache.SetManyAsync([new(["m", 1], "set"), new(["m", 2], "set")]);
        await cache.DeleteAsync(Key);

        Counts(cache).ShouldBe((3, 0, 4, 2, 1, 3, 1));
    }

    [Fact]
    public async Task Counters_ManyThreads_LoseNothing()
    {
        var cache = _desk.Texts();
        await cache.SetAsync(Key, "set");
        await Parallel.ForAsync(0, 100_000, async (_, token) => await cache.GetAsync(Key, token));
        cache.Count(CacheCount.Hits).ShouldBe(100_000);
    }

    [Fact]
    public void Counters_Reset_BeginAnewAndTheTotalGoesOn()
    {
        var counters = new CacheCounters("c", "b");
        counters.Add(CacheCount.Hits);
        counters.Reset();
        counters.Add(CacheCount.Hits);
        counters.SinceReset(CacheCount.Hits).ShouldBe(1);
        counters.Total(CacheCount.Hits).ShouldBe(2);
    }

    [Fact]
    public async Task Meter_TwoCachesOfOneName_GiveOneSumWithTheirNameAndBackendOnly()
    {
        var ns = $"ns-{Guid.NewGuid():N}";
        var caches = new[] { new Aside<int>(_desk.Context, ns: ns), new Aside<int>(new CacheStrategyContext(_desk.Store), ns: ns) };
        List<(string Name, double Value, string Tags)> seen = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Wappa.Caching") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
        foreach (var cache in caches) await cache.FetchAsync(Key, _ => Task.FromResult(1));
        listener.RecordObservableInstruments();

        lock (seen)
        {
            seen.ShouldContain(("wappa.caching.hits", 1, $"backend=memory,cache={ns},scope=entries"));
            seen.ShouldContain(("wappa.caching.misses", 1, $"backend=memory,cache={ns},scope=entries"));
            seen.ShouldContain(("wappa.caching.loads", 1, $"backend=memory,cache={ns},scope=entries"));
            seen.ShouldContain(one => one.Name == "wappa.caching.load.duration" && one.Tags == $"backend=memory,cache={ns},failed=False,scope=entries");
        }

        void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var text = string.Join(',', tags.ToArray().OrderBy(tag => tag.Key).Select(tag => $"{tag.Key}={tag.Value}"));
            if (!text.Contains(ns, StringComparison.Ordinal)) return;
            lock (seen) seen.Add((instrument.Name, value, text));
        }
    }

    [Fact]
    public async Task ActivitySource_ALoad_IsAnActivityOfTheCallerWithoutItsKey()
    {
        List<Activity> seen = [];
        var ns = $"ns-{Guid.NewGuid():N}";
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Wappa.Caching",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("cache") as string != ns) return;
                lock (seen) seen.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new Activity("request").Start();
        var cache = new Aside<int>(_desk.Context, ns: ns);
        await cache.FetchAsync(Key, _ => Task.FromResult(1));
        await cache.FetchAsync(Key, _ => Task.FromResult(1));
        await Should.ThrowAsync<IOException>(async () => await cache.FetchAsync(["x"], _ => throw new IOException()));

        seen.Select(load => (load.OperationName, load.Status, load.ParentId)).ShouldBe(
            [("cache load", ActivityStatusCode.Unset, request.Id), ("cache load", ActivityStatusCode.Error, request.Id)]);
        seen.ShouldAllBe(load => load.Tags.All(tag => !tag.Value!.Contains("123", StringComparison.Ordinal)));
    }

    private static (long Hits, long Stale, long Misses, long Loads, long Errors, long Sets, long Deletes) Counts(Aside<string> cache) =>
        (cache.Count(CacheCount.Hits), cache.Count(CacheCount.StaleHits), cache.Count(CacheCount.Misses), cache.Count(CacheCount.Loads),
            cache.Count(CacheCount.LoadErrors), cache.Count(CacheCount.Sets), cache.Count(CacheCount.Deletes));
}
