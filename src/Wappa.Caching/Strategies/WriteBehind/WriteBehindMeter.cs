using System.Diagnostics.Metrics;

namespace Wappa.Caching.WriteBehind;

/// <summary>How long the write-behind queues of this process are, by cache.</summary>
internal static class WriteBehindMeter
{
    private static readonly Lock Gate = new();

    // Weakly: a cache that is gone must not be kept for its numbers.
    private static readonly List<(WeakReference<WriteQueue> Queue, string Cache, string Backend)> Watched = [];

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

    private static IEnumerable<Measurement<long>> Measure()
    {
        lock (Gate)
        {
            return [.. Watched
                .Select(known => (known.Cache, known.Backend, Length: known.Queue.TryGetTarget(out var queue) ? queue.Count : -1))
                .Where(known => known.Length >= 0)
                .GroupBy(known => (known.Cache, known.Backend))
                .Select(same => new Measurement<long>(
                    same.Sum(known => (long)known.Length), new("cache", same.Key.Cache), new("backend", same.Key.Backend)))];
        }
    }
}
