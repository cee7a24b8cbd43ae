using System.Numerics;

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

/// <summary>The counters of one store. An increment touches one cache line that few other threads touch: two lines for each
/// processor, dealt to the threads by their number, and all counters in each.</summary>
internal sealed class StoreCounters
{
    internal const int Kinds = 8; // of 8 bytes each: a cache line

    private static readonly int LineMask = (int)BitOperations.RoundUpToPowerOf2(2 * (uint)Environment.ProcessorCount) - 1;

    // A line of nobody before and after: what stands beside the array in memory is written by others.
    private readonly long[] _lines = new long[(LineMask + 3) * Kinds];

    internal void Add(StoreCount what) =>
        Interlocked.Increment(ref _lines[(((Environment.CurrentManagedThreadId & LineMask) + 1) * Kinds) + (int)what]);

    internal void Add(StoreCount what, long times)
    {
        if (times != 0) Interlocked.Add(ref _lines[Kinds + (int)what], times);
    }

    /// <summary>How often since the store was made. Never falls.</summary>
    internal long Total(StoreCount what)
    {
        var sum = 0L;
        for (var line = 1; line <= LineMask + 1; line++) sum += Volatile.Read(ref _lines[(line * Kinds) + (int)what]);
        return sum;
    }

    /// <summary>All totals, by <see cref="StoreCount"/>. Each is exact; together they are of about one moment.</summary>
    internal long[] Totals()
    {
        var totals = new long[Kinds];
        for (var i = 0; i < Kinds; i++) totals[i] = Total((StoreCount)i);
        return totals;
    }
}
