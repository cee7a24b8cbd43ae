using System.Diagnostics;

namespace Wappa.Caching.Memory;

/// <summary>
/// Which entry goes when room is needed: a queue in order of arrival and a hand that walks it from the oldest to the
/// newest. The hand spares an entry that was read since it last came by, once, and takes the first that was not.
/// </summary>
/// <remarks>
/// <para>Source: Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is Simpler than LRU", NSDI 2024. Why this one: a read
/// sets one bit and moves nothing, so reads need no lock; what is asked for once is gone soon, as the hand stays among
/// the new arrivals once the old ones have proved useful. See <c>docs/decisions/0003-eviction-by-sieve.md</c>.</para>
/// <para>One thing differs from the paper: after sparing <see cref="MostSpared"/> entries in a row the hand takes the
/// next one it may. If every entry had been read, one write would otherwise walk all of them while it holds the store's
/// lock.</para>
/// <para>Not thread-safe: everything but <see cref="MemoryEntry.Visited"/> is under the store's lock.</para>
/// </remarks>
internal sealed class SieveQueue
{
    internal const int MostSpared = 1024;

    /// <summary>How many entries are queued.</summary>
    internal int Count { get; private set; }

    internal MemoryEntry? Newest { get; private set; }

    internal MemoryEntry? Oldest { get; private set; }

    /// <summary>Where the search goes on; null: at the oldest.</summary>
    internal MemoryEntry? Hand { get; private set; }

    internal void Add(MemoryEntry entry)
    {
        entry.Older = Newest;
        if (Newest is null) Oldest = entry;
        else Newest.Newer = entry;
        Newest = entry;
        Count++;
    }

    internal void Remove(MemoryEntry entry)
    {
        if (ReferenceEquals(Hand, entry)) Hand = entry.Newer;
        if (entry.Newer is null) Newest = entry.Older;
        else entry.Newer.Older = entry.Older;
        if (entry.Older is null) Oldest = entry.Newer;
        else entry.Older.Newer = entry.Newer;
        entry.Newer = entry.Older = null;
        Count--;
    }

    /// <summary>Puts an entry where its predecessor under the same key stood. Being written again counts as a
    /// visit.</summary>
    internal void Replace(MemoryEntry old, MemoryEntry entry)
    {
        entry.Visited = true;
        entry.Newer = old.Newer;
        entry.Older = old.Older;
        if (entry.Newer is null) Newest = entry;
        else entry.Newer.Older = entry;
        if (entry.Older is null) Oldest = entry;
        else entry.Older.Newer = entry;
        if (ReferenceEquals(Hand, old)) Hand = entry;
        old.Newer = old.Older = null;
    }

    /// <summary>The entry that goes next; it stays queued until it is removed.</summary>
    /// <param name="keep">Not this one; null: any.</param>
    internal MemoryEntry NextVictim(MemoryEntry? keep)
    {
        for (var spared = 0; ; Hand = Hand!.Newer)
        {
            Hand ??= Oldest ?? throw new UnreachableException("Room was asked for where nothing is stored.");
            if (ReferenceEquals(Hand, keep)) continue;
            if (!Hand.Visited || spared++ == MostSpared) return Hand;
            Hand.Visited = false;
        }
    }
}
