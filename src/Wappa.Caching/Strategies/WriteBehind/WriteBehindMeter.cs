using System.Diagnostics.Metrics;

namespace Wappa.Caching.WriteBehind;

/// <summary>How long the write-behind queues of this process are, and what became of their values, by cache.</summary>
internal static class WriteBehindMeter
{
    private static readonly Lock Gate = new();

    // Weakly: a cache that is gone must not be kept for its numbers.
    private static readonly List<(WeakReference<WriteQueue> Queue, string Cache, string Backend)> Watched = [];

    private static readonly Counter<long> Written = CachingMeter.Meter.CreateCounter<long>(
        "wappa.caching.write_behind.writes", "{write}", "Values the database has taken.");

    private static readonly Counter<long> Retried = CachingMeter.Meter.CreateCounter<long>(
        "wappa.caching.write_behind.retries", "{write}", "Values that could not be written and will be tried again.");

    private static readonly Counter<long> Dead = CachingMeter.Meter.CreateCounter<long>(
        "wappa.caching.write_behind.dead_letters", "{write}", "Values that were given up and set aside.");

    static WriteBehindMeter() => CachingMeter.Meter.CreateObservableUpDownCounter(
        "wappa.caching.write_behind.queue", Measure, "{write}", "Keys whose newest value the database does not have yet.");

    internal static void Watch(WriteQueue queue, string cache, string backend)
    {
        lock (Gate)
        {
            Watched.RemoveAll(static known => !known.Queue.TryGetTarget(out _));
            Watched.Add((new(queue), cache, backend));
        }
    }

    internal static void CountWritten(string cache, string backend) => Count(Written, cache, backend);

    internal static void CountRetried(string cache, string backend) => Count(Retried, cache, backend);

    internal static void CountDead(string cache, string backend) => Count(Dead, cache, backend);

    private static void Count(Counter<long> counter, string cache, string backend) =>
        counter.Add(1, new("cache", cache), new("backend", backend), CachingMeter.Entries);

    private static IEnumerable<Measurement<long>> Measure()
    {
        lock (Gate)
        {
            return [.. Watched
                .Select(known => (known.Cache, known.Backend, Length: known.Queue.TryGetTarget(out var queue) ? queue.Count : -1))
                .Where(known => known.Length >= 0)
                .GroupBy(known => (known.Cache, known.Backend))
                .Select(same => new Measurement<long>(
                    same.Sum(known => (long)known.Length), new("cache", same.Key.Cache), new("backend", same.Key.Backend),
                    CachingMeter.Entries))];
        }
    }
}
