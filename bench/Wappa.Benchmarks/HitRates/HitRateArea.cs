using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;
using Wappa.Caching.Memory;

namespace Wappa.Benchmarks.HitRates;

/// <summary>Which share of requests each policy answers: a simulation, the same in each run and on each machine.</summary>
internal static class HitRateArea
{
    private const double NearOptimum = 0.85;
    private static readonly double[] Shares = [0.001, 0.01, 0.1];

    public static IReadOnlyList<Row> Measure()
    {
        var rows = new List<Row>();
        foreach (var make in Trace.All)
        {
            var trace = make();
            string[] names = [.. Enumerable.Range(0, trace.Requests.Max() + 1).Select(key => $"chat:v1:{key}")];
            foreach (var share in Shares) rows.AddRange(Measure(trace, names, share));
        }

        return rows;
    }

    private static IEnumerable<Row> Measure(Trace trace, string[] names, double share)
    {
        var room = RoomFor(trace, names, share);
        using var store = new StoreCache(room, trace.Sizes, names);
        var ours = Run(trace, store);
        var lru = Run(trace, new QueueCache(room, isLru: true));
        var sieve = Run(trace, new QueueCache(room, isLru: false));
        var best = Run(trace, new ClairvoyantCache(room, trace.Requests));
        var keys = FormattableString.Invariant($"{trace.Name}, {share:0.#%} kept");
        yield return Row("MemoryCacheStore", ours, "LRU", lru, new Target(1, AtLeast: true));
        yield return Row("MemoryCacheStore", ours, "optimum", best,
            trace.IsSkewed ? new Target(NearOptimum, AtLeast: true) : null);
        yield return Row("SIEVE", sieve, "LRU", lru, null);

        Row Row(string name, double value, string peer, double its, Target? target) => new(
            "hit rates", keys, name, peer, "%", Figure.Exactly(value), Figure.Exactly(its),
            Figure.Exactly(its == 0 ? 1 : Math.Round(value / its, 3)), target);
    }

    private static Room RoomFor(Trace trace, string[] names, double share)
    {
        if (trace.Sizes is not { } sizes) return new((long)(trace.Keys * share), _ => 1);
        long[] counted =
            [.. sizes.Select((size, key) => MemoryEntry.Overhead + (sizeof(char) * (long)names[key].Length) + size)];
        return new((long)(counted.Sum() * share), key => counted[key]);
    }

    private static double Run(Trace trace, ISimulatedCache cache)
    {
        var hits = 0;
        foreach (var key in trace.Requests)
        {
            if (cache.Ask(key)) hits++;
        }

        return Math.Round(hits * 100.0 / trace.Requests.Length, 2);
    }
}
