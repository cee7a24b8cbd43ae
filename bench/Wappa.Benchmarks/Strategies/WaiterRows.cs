using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Strategies;

/// <summary>Many callers who ask for the same missing key while one load of 50 ms runs.</summary>
/// <remarks>One thread starts all of them and waits for all. What counts is the time from the end of the load to the end of the last
/// caller: the callers' beginnings fit into the load's time. Where every caller loads for itself the last load counts.</remarks>
internal static class WaiterRows
{
    private const int Rounds = 9;
    private const double MostMicroseconds = 0.3;
    private const double MostBytes = 150;
    private static readonly TimeSpan LoadTime = TimeSpan.FromMilliseconds(50);

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        using var caches = new OrderCaches();
        using var stop = new CancellationTokenSource();
        var lazies = new ConcurrentDictionary<string, Lazy<Task<Order>>>();
        var rows = new List<Row>();
        foreach (var callers in (int[])[1_000, 10_000])
        {
            // The floor: one load for all and nothing else, not even an expiry.
            Ask floor = (key, load) => lazies.GetOrAdd(key, static (_, load) => new(load.RunAsync), load).Value;
            Ask fetch = (key, load) =>
                caches.Ours.FetchAsync([key], load, static (load, _, _) => load.RunAsync()).AsTask();
            Ask registered = (key, load) =>
                caches.Registered.FetchAsync([key], load, static (load, _, _) => load.RunAsync()).AsTask();
            Ask cancellable = (key, load) =>
                caches.Ours.FetchAsync([key], load, static (load, _, _) => load.RunAsync(), Users.Ttl, stop.Token).AsTask();
            Ask peer = (key, load) => caches.Peer.GetOrCreateAsync(key, _ => load.RunAsync())!;
            var asks = (Ask[])[floor, fetch, registered, cancellable, peer];
            var runs = asks.Select(_ => new List<Waited>()).ToArray();
            for (var round = -1; round < Rounds; round++) // the first one compiles
            {
                for (var i = 0; i < asks.Length; i++)
                {
                    var waited = await RunAsync(asks[i], callers);
                    if (round >= 0) runs[i].Add(waited);
                }
            }

            rows.Add(Row("FetchAsync", callers, runs[1], runs[0], isJudged: true));
            rows.Add(Row("registered", callers, runs[2], runs[0], isJudged: true));
            rows.Add(Row("FetchAsync, a token", callers, runs[3], runs[0], isJudged: false));
            rows.Add(Row("IMemoryCache.GetOrCreateAsync", callers, runs[4], runs[0], isJudged: false));
        }

        return rows;
    }

    private static async Task<Waited> RunAsync(Ask ask, int callers)
    {
        var key = Guid.NewGuid().ToString("N");
        var load = new SlowLoad();
        var waits = new Task<Order>[callers];
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < callers; i++) waits[i] = ask(key, load);
        await Task.WhenAll(waits);
        var beyond = Stopwatch.GetElapsedTime(load.EndedAt);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new(beyond.TotalMicroseconds / callers, (double)bytes / callers, load.Runs);
    }

    private static Row Row(string name, int callers, List<Waited> ours, List<Waited> floor, bool isJudged)
    {
        var runs = ours.Max(run => run.Loads);
        var target = isJudged && callers == 10_000
            ? new Target(runs == 1 ? MostMicroseconds : 0, MaxBytes: MostBytes, OfValue: true)
            : null;
        return new(
            "waiters on one load of 50 ms, beyond it", FormattableString.Invariant($"{callers:N0} callers, {runs:N0} loads"), name,
            "ConcurrentDictionary of Lazy", "us", Figure.Of(ours.Select(run => run.Microseconds)),
            Figure.Of(floor.Select(run => run.Microseconds)),
            Figure.Of(ours.Zip(floor, (ours, floor) => ours.Microseconds / floor.Microseconds)), target)
        {
            BytesPerOperation = Math.Round(Figure.Of(ours.Select(run => run.Bytes)).Median, 1),
            PeerBytesPerOperation = Math.Round(Figure.Of(floor.Select(run => run.Bytes)).Median, 1),
        };
    }

    /// <summary>One caller.</summary>
    private delegate Task<Order> Ask(string key, SlowLoad load);

    /// <summary>What a caller paid beyond the load's time, and how often the source was asked.</summary>
    private readonly record struct Waited(double Microseconds, double Bytes, int Loads);

    private sealed class SlowLoad
    {
        private long _endedAt;
        private int _runs;

        public long EndedAt => Volatile.Read(ref _endedAt);

        public int Runs => Volatile.Read(ref _runs);

        public async Task<Order> RunAsync()
        {
            Interlocked.Increment(ref _runs);
            await Task.Delay(LoadTime);
            Volatile.Write(ref _endedAt, Stopwatch.GetTimestamp());
            return Order.Of(0);
        }
    }
}
