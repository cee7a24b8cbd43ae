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

/// <summary>The counters of one cache. Each is exact.</summary>
internal sealed class CacheCounters
{
    private readonly ThreadCounters _counters = new();
    private readonly long[] _reset = new long[ThreadCounters.Kinds];

    internal CacheCounters(string cache, string backend)
    {
        Cache = cache;
        Backend = backend;
    }

    /// <summary>The cache's name in metrics: its namespace.</summary>
    internal string Cache { get; }

    internal string Backend { get; }

    internal void Add(CacheCount what) => _counters.Add((int)what);

    internal void Add(CacheCount what, int times) => _counters.Add((int)what, times);

    /// <summary>How often since the start. Never falls.</summary>
    internal long Total(CacheCount what) => _counters.Total((int)what);

    /// <summary>How often since the start or the last <see cref="Reset"/>.</summary>
    internal long SinceReset(CacheCount what) => Total(what) - Volatile.Read(ref _reset[(int)what]);

    /// <summary>Begins to count anew for <see cref="SinceReset"/>; metrics go on.</summary>
    internal void Reset()
    {
        for (var i = 0; i < ThreadCounters.Kinds; i++) Volatile.Write(ref _reset[i], Total((CacheCount)i));
    }
}
