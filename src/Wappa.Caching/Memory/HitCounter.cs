using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>Counts hits, about: threads that share a cell may lose some, which a share of many thousands does not show. Exact
/// with one thread.</summary>
internal sealed class HitCounter
{
    private const int Cells = 16;    // a power of two
    private const int CellWidth = 8; // 64 bytes: cells of different threads are on different cache lines

    private readonly long[] _hits = new long[(Cells + 1) * CellWidth];

    /// <summary>How many there were. Any thread.</summary>
    internal long Sum
    {
        get
        {
            var sum = 0L;
            for (var cell = 1; cell <= Cells; cell++) sum += Volatile.Read(ref _hits[cell * CellWidth]);
            return sum;
        }
    }

    /// <summary>Counts one. Any thread.</summary>
    internal void Add() => _hits[((CurrentThread.Id & (Cells - 1)) + 1) * CellWidth]++;
}
