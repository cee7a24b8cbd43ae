using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Wappa.Caching.Statistics;

/// <summary>What the meter and the activity source <c>Wappa.Caching</c> tell of strategies. Counting costs the hit path an increment;
/// the meter reads the sums when it is asked. Tags: <c>cache</c> (the namespace), <c>backend</c>,
/// <c>scope</c> = <c>entries</c>; never a key.</summary>
internal static class CacheMeter
{
    private static readonly Lock Gate = new();

    // Weakly: a cache that is gone must not be kept for its numbers.
    private static readonly List<WeakReference<CacheCounters>> Watched = [];

    private static readonly Histogram<double> LoadDuration = CachingMeter.Meter.CreateHistogram<double>(
        "wappa.caching.load.duration", "s", "How long loads took, failed ones included.");

    static CacheMeter()
    {
        Counter("wappa.caching.hits", "{read}", "Reads answered by a fresh entry.", CacheCount.Hits);
        Counter("wappa.caching.stale_hits", "{read}", "Reads answered by an entry past its time to live.", CacheCount.StaleHits);
        Counter("wappa.caching.misses", "{read}", "Reads that no entry answered.", CacheCount.Misses);
        Counter("wappa.caching.loads", "{load}", "Loads that ended, failed ones included.", CacheCount.Loads);
        Counter("wappa.caching.load_errors", "{load}", "Loads that failed or took too long.", CacheCount.LoadErrors);
        Counter("wappa.caching.sets", "{entry}", "Entries written by the app.", CacheCount.Sets);
        Counter("wappa.caching.deletes", "{entry}", "Entries deleted or invalidated by the app.", CacheCount.Deletes);
    }

    internal static ActivitySource Activities { get; } = new("Wappa.Caching");

    internal static void Watch(CacheCounters counters)
    {
        lock (Gate)
        {
            Watched.RemoveAll(static known => !known.TryGetTarget(out _));
            Watched.Add(new(counters));
        }
    }

    /// <summary>Whether somebody listens to how long loads take.</summary>
    internal static bool TimesLoads => LoadDuration.Enabled;

    internal static void RecordLoad(CacheCounters counters, TimeSpan took, bool failed)
    {
        counters.Add(CacheCount.Loads);
        if (failed) counters.Add(CacheCount.LoadErrors);
        if (!LoadDuration.Enabled) return;
        LoadDuration.Record(
            took.TotalSeconds, new TagList
            {
                { "cache", counters.Cache }, { "backend", counters.Backend }, CachingMeter.Entries, { "failed", failed },
            });
    }

    internal static Activity? StartLoad(CacheCounters counters)
    {
        if (!Activities.HasListeners()) return null;
        var activity = Activities.StartActivity("cache load");
        return activity?.SetTag("cache", counters.Cache).SetTag("backend", counters.Backend);
    }

    private static void Counter(string name, string unit, string description, CacheCount what) =>
        CachingMeter.Meter.CreateObservableCounter(name, () => Measure(what), unit, description);

    // Several contexts may have a cache of the same name over the same kind of store; a measurement stands for its tags.
    private static IEnumerable<Measurement<long>> Measure(CacheCount what)
    {
        List<CacheCounters> alive = [];
        lock (Gate)
        {
            foreach (var known in Watched)
            {
                if (known.TryGetTarget(out var counters)) alive.Add(counters);
            }
        }

        return alive
            .GroupBy(counters => (counters.Cache, counters.Backend))
            .Select(same => new Measurement<long>(
                same.Sum(counters => counters.Total(what)), new("cache", same.Key.Cache), new("backend", same.Key.Backend),
                CachingMeter.Entries));
    }
}
