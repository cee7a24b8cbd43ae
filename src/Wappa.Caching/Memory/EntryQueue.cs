namespace Wappa.Caching.Memory;

/// <summary>Entries in order of arrival, linked through themselves. Not thread-safe: under the store's lock.</summary>
internal sealed class EntryQueue
{
    /// <summary>How many entries are queued.</summary>
    internal int Count { get; private set; }

    /// <summary>The sum of their sizes.</summary>
    internal long Bytes { get; private set; }

    internal MemoryEntry? Newest { get; private set; }

    internal MemoryEntry? Oldest { get; private set; }

    /// <summary>Where a search for the least useful goes on; null: at the oldest.</summary>
    internal MemoryEntry? Hand { get; set; }

    internal void Add(MemoryEntry entry, long size)
    {
        entry.Older = Newest;
        if (Newest is null) Oldest = entry;
        else Newest.Newer = entry;
        Newest = entry;
        Count++;
        Bytes += size;
    }

    internal void Remove(MemoryEntry entry, long size)
    {
        if (ReferenceEquals(Hand, entry)) Hand = entry.Newer;
        if (entry.Newer is null) Newest = entry.Older;
        else entry.Newer.Older = entry.Older;
        if (entry.Older is null) Oldest = entry.Newer;
        else entry.Older.Newer = entry.Newer;
        entry.Newer = entry.Older = null;
        Count--;
        Bytes -= size;
    }

    /// <summary>Puts an entry where its predecessor under the same key stands.</summary>
    internal void Replace(MemoryEntry old, MemoryEntry entry, long grownBy)
    {
        entry.Newer = old.Newer;
        entry.Older = old.Older;
        if (entry.Newer is null) Newest = entry;
        else entry.Newer.Older = entry;
        if (entry.Older is null) Oldest = entry;
        else entry.Older.Newer = entry;
        if (ReferenceEquals(Hand, old)) Hand = entry;
        old.Newer = old.Older = null;
        Bytes += grownBy;
    }

    /// <summary>Makes an entry the newest.</summary>
    internal void Renew(MemoryEntry entry)
    {
        Remove(entry, 0);
        Add(entry, 0);
    }

    /// <summary>The entry at the hand, which moves on to the next one; in a circle.</summary>
    internal MemoryEntry? Step()
    {
        var entry = Hand ?? Oldest;
        Hand = entry?.Newer;
        return entry;
    }
}
