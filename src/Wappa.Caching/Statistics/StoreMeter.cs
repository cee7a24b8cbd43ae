using System.Diagnostics;
using System.Diagnostics.Metrics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Statistics;

/// <summary>What the meter <c>Wappa.Caching</c> tells of the stores of entries: everything under <c>wappa.caching.store</c>, so that it is
/// not added to what strategies count of themselves. Tags: <c>backend</c>, <c>scope</c> = <c>entries</c>; never a key.</summary>
/// <remarks>Counters are sums that are read when somebody asks. Stores of one backend share their tags and are added up; what a
/// closed one had counted stays in the sum, since a counter never falls.</remarks>
internal static class StoreMeter
{
    private static readonly KeyValuePair<string, object?> Scope = new("scope", "entries");
    private static readonly Lock Gate = new();
    private static readonly List<CountingCacheStore> Open = [];
    private static readonly Dictionary<string, Closed> Gone = new(StringComparer.Ordinal);

    private static readonly Histogram<double> Duration = CachingMeter.Meter.CreateHistogram<double>(
        "wappa.caching.store.operation.duration", "s", "How long operations of a store took, failed ones included.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
                [0.000_001, 0.000_01, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        });

    static StoreMeter()
    {
        Counter("hits", "{read}", "Reads that found an entry.", StoreCount.Hits);
        Counter("misses", "{read}", "Reads that found none.", StoreCount.Misses);
        Counter("sets", "{entry}", "Entries stored, results of loads included.", StoreCount.Sets);
        Counter("deletes", "{entry}", "Entries removed by key or prefix.", StoreCount.Deletes);
        CachingMeter.Meter.CreateObservableCounter(
            "wappa.caching.store.evictions", () => MeasureUsage(static usage => usage.Evictions, static closed => closed.Evictions),
            "{entry}", "Entries evicted for room.");
        CachingMeter.Meter.CreateObservableCounter(
            "wappa.caching.store.expirations", () => MeasureUsage(static usage => usage.Expirations, static closed => closed.Expirations),
            "{entry}", "Entries whose life had ended when they were taken out or replaced.");
        CachingMeter.Meter.CreateObservableCounter(
            "wappa.caching.store.errors", MeasureErrors, "{error}", "Operations that failed, by kind.");
        CachingMeter.Meter.CreateObservableGauge(
            "wappa.caching.store.entries", () => MeasureUsage(static usage => usage.Entries, static _ => 0), "{entry}", "Entries held.");
        CachingMeter.Meter.CreateObservableGauge(
            "wappa.caching.store.bytes", () => MeasureUsage(static usage => usage.Bytes, static _ => 0), "By",
            "What the entries count against the store's limit.");
    }

    /// <summary>Whether somebody listens to durations.</summary>
    internal static bool IsTimed => Duration.Enabled;

    internal static void Add(CountingCacheStore store)
    {
        lock (Gate) Open.Add(store);
    }

    internal static void Remove(CountingCacheStore store)
    {
        lock (Gate)
        {
            if (!Open.Remove(store)) return;
            if (!Gone.TryGetValue(store.Backend, out var gone)) Gone[store.Backend] = gone = new Closed();
            var totals = store.Counters.Totals();
            for (var i = 0; i < totals.Length; i++) gone.Totals[i] += totals[i];
            if (store.Usage is not { } usage) return;
            gone.Evictions += usage.Evictions;
            gone.Expirations += usage.Expirations;
            gone.HadUsage = true;
        }
    }

    /// <param name="backend">The store's name.</param>
    /// <param name="operation">What was asked of it.</param>
    /// <param name="start">When, as <see cref="Stopwatch.GetTimestamp"/> says; 0: nobody listened.</param>
    /// <param name="error">The kind of failure, if it failed.</param>
    internal static void Record(string backend, string operation, long start, string? error)
    {
        if (start == 0) return;
        var tags = new TagList { { "backend", backend }, Scope, { "operation", operation } };
        if (error is not null) tags.Add("error", error);
        Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
    }

    private static void Counter(string name, string unit, string description, StoreCount what) =>
        CachingMeter.Meter.CreateObservableCounter($"wappa.caching.store.{name}", () => Measure(what), unit, description);

    private static List<Measurement<long>> Measure(StoreCount what, KeyValuePair<string, object?>? tag = null)
    {
        lock (Gate)
        {
            List<Measurement<long>> measured = [];
            foreach (var backend in Open.Select(static store => store.Backend).Union(Gone.Keys))
            {
                var sum = Of(backend).Sum(store => store.Counters.Total(what)) + (Gone.GetValueOrDefault(backend)?.Totals[(int)what] ?? 0);
                measured.Add(tag is { } more ? new(sum, Backend(backend), Scope, more) : new(sum, Backend(backend), Scope));
            }

            return measured;
        }
    }

    private static List<Measurement<long>> MeasureErrors() =>
    [
        .. Measure(StoreCount.Unavailable, new("error", "unavailable")), .. Measure(StoreCount.Timeouts, new("error", "timeout")),
        .. Measure(StoreCount.Corrupt, new("error", "corrupt")), .. Measure(StoreCount.OtherErrors, new("error", "other")),
    ];

    // A store that cannot say how much it holds has no measurement, instead of a zero that looks like one.
    private static List<Measurement<long>> MeasureUsage(Func<EntryUsage, long> value, Func<Closed, long> ofClosed)
    {
        lock (Gate)
        {
            List<Measurement<long>> measured = [];
            foreach (var backend in Open.Select(static store => store.Backend).Union(Gone.Keys))
            {
                var usages = Of(backend).Select(static store => store.Usage).OfType<EntryUsage>().ToArray();
                var closed = Gone.GetValueOrDefault(backend);
                if (usages.Length == 0 && closed is not { HadUsage: true }) continue;
                measured.Add(new(usages.Sum(value) + (closed is null ? 0 : ofClosed(closed)), Backend(backend), Scope));
            }

            return measured;
        }
    }

    private static IEnumerable<CountingCacheStore> Of(string backend) => Open.Where(store => store.Backend == backend);

    private static KeyValuePair<string, object?> Backend(string name) => new("backend", name);

    /// <summary>What the closed stores of a backend had counted.</summary>
    private sealed class Closed
    {
        internal long[] Totals { get; } = new long[StoreCounters.Kinds];

        internal long Evictions { get; set; }

        internal long Expirations { get; set; }

        internal bool HadUsage { get; set; }
    }
}
