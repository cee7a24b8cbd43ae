using System.Numerics;

namespace Wappa.Caching.Statistics;

/// <summary>What is counted of a cache.</summary>
internal enum CacheCount
{
    Hits,
    StaleHits,
    Misses,
    Loads,
    LoadErrors,
    Sets,
    Deletes,
    StoreFailures,
}

/// <summary>The counters of one cache. An increment touches one cache line that few other threads touch: two lines for each
/// processor, dealt to the threads by their number, and all eight counters in each.</summary>
internal sealed class CacheCounters
{
    private const int CountersInALine = 8;

    private static readonly int LineMask = (int)BitOperations.RoundUpToPowerOf2(2 * (uint)Environment.ProcessorCount) - 1;

    // A line of nobody before and after: what stands beside the array in memory is written by others.
    private readonly long[] _lines = GC.AllocateArray<long>((LineMask + 3) * CountersInALine);
    private readonly long[] _reset = new long[CountersInALine];

    internal CacheCounters(string cache, string backend)
    {
        Cache = cache;
        Backend = backend;
    }

    /// <summary>The cache's name in metrics: its namespace.</summary>
    internal string Cache { get; }

    internal string Backend { get; }

    internal void Add(CacheCount what)
    {
        var line = (Environment.CurrentManagedThreadId & LineMask) + 1;
        Interlocked.Increment(ref _lines[(line * CountersInALine) + (int)what]);
    }

    internal void Add(CacheCount what, int times)
    {
        if (times != 0) Interlocked.Add(ref _lines[CountersInALine + (int)what], times);
    }

    /// <summary>How often since the start. Never falls.</summary>
    internal long Total(CacheCount what)
    {
        var sum = 0L;
        for (var line = 1; line <= LineMask + 1; line++) sum += Volatile.Read(ref _lines[(line * CountersInALine) + (int)what]);
        return sum;
    }

    /// <summary>How often since the start or the last <see cref="Reset"/>.</summary>
    internal long SinceReset(CacheCount what) => Total(what) - Volatile.Read(ref _reset[(int)what]);

    /// <summary>Begins to count anew for <see cref="SinceReset"/>; metrics go on.</summary>
    internal void Reset()
    {
        for (var i = 0; i < CountersInALine; i++) Volatile.Write(ref _reset[i], Total((CacheCount)i));
    }
}
