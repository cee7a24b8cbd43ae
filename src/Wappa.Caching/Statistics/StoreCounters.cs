namespace Wappa.Caching.Statistics;

/// <summary>What is counted of a store of entries.</summary>
internal enum StoreCount
{
    Hits,
    Misses,
    Sets,
    Deletes,
    Unavailable,
    Timeouts,
    Corrupt,
    OtherErrors,
}

/// <summary>The counters of one store. Each is exact.</summary>
internal sealed class StoreCounters
{
    internal const int Kinds = ThreadCounters.Kinds;

    private readonly ThreadCounters _counters = new();

    internal void Add(StoreCount what) => _counters.Add((int)what);

    internal void Add(StoreCount what, long times) => _counters.Add((int)what, times);

    /// <summary>How often since the store was made. Never falls.</summary>
    internal long Total(StoreCount what) => _counters.Total((int)what);

    /// <summary>All totals, by <see cref="StoreCount"/>. Each is exact; together they are of about one moment.</summary>
    internal long[] Totals()
    {
        var totals = new long[Kinds];
        for (var i = 0; i < Kinds; i++) totals[i] = Total((StoreCount)i);
        return totals;
    }
}
