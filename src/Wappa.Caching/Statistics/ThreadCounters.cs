using System.Numerics;
using System.Runtime.CompilerServices;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Statistics;

/// <summary>Eight exact counters that many threads raise.</summary>
/// <remarks>
/// <para>A count is on the way of every hit, and an interlocked increment is a third of one: it takes about 6 ns, and the processor may
/// not begin the next look-up's reads before it is done, which costs several times that where they miss its caches. So threads
/// have cells of their own. The first thread that comes to a cell owns it and raises it without a lock; any other one that falls
/// on it counts in a line of many, interlocked.</para>
/// <para>An owner is known by its managed id, which a running thread shares with no other. When it has ended, the runtime gives the id
/// to a new thread, and the cell with it: there is one writer at a time, and nothing is lost or has to be collected.</para>
/// </remarks>
internal sealed class ThreadCounters
{
    internal const int Kinds = 8;

    private const int Owner = Kinds;   // after the eight
    private const int CellWidth = 16;  // 128 bytes: processors fetch lines of 64 in pairs
    private const int FewestCells = 16;

    private static readonly int CellMask =
        (int)BitOperations.RoundUpToPowerOf2(Math.Max(FewestCells, 2 * (uint)Environment.ProcessorCount)) - 1;

    // A cell of nobody before and after: what stands beside the array in memory is written by others.
    private readonly long[] _cells = new long[(CellMask + 3) * CellWidth];
    private readonly long[] _shared = new long[3 * CellWidth];

    /// <summary>Adds one to a counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int counter)
    {
        var thread = CurrentThread.Id;
        var cell = ((thread & CellMask) + 1) * CellWidth;
        var cells = _cells;

        // Where a long is two words, a reader might see the one without the other.
        if (Environment.Is64BitProcess && cells[cell + Owner] == thread) cells[cell + counter]++;
        else AddSlowly(thread, cell, counter);
    }

    /// <summary>Adds to a counter, seldom.</summary>
    internal void Add(int counter, long times)
    {
        if (times != 0) Interlocked.Add(ref _shared[CellWidth + counter], times);
    }

    /// <summary>How much was added since it was made. Never falls if nothing below zero was added.</summary>
    internal long Total(int counter)
    {
        var sum = Volatile.Read(ref _shared[CellWidth + counter]);
        for (var cell = 1; cell <= CellMask + 1; cell++) sum += Volatile.Read(ref _cells[(cell * CellWidth) + counter]);
        return sum;
    }

    private void AddSlowly(int thread, int cell, int counter)
    {
        if (Environment.Is64BitProcess && Interlocked.CompareExchange(ref _cells[cell + Owner], thread, 0) == 0) _cells[cell + counter]++;
        else Interlocked.Increment(ref _shared[CellWidth + counter]);
    }
}
