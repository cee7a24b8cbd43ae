using System.Numerics;

namespace Wappa.Caching.Memory;

/// <summary>Finds entries by their keys: without a lock for readers, under the store's lock for writers, and without a write
/// that ever has to move many.</summary>
/// <remarks>
/// <para>Linear hashing (Litwin, <i>Linear Hashing: A New Tool for File and Table Addressing</i>, VLDB 1980): an entry more is a
/// bucket more, made by splitting one. So there are four buckets for five of the most entries there were, eight bytes each, and no
/// write pays for doubling the table. <c>ConcurrentDictionary</c> has a node of 48 bytes for each entry and stops all
/// writers while it doubles.</para>
/// <para>A reader walks a chain while writers change it. What was taken out keeps its link, so the walk goes on behind it. Only
/// a split leads elsewhere: an entry that moves to the new bucket takes a reader along, who may then miss the rest of the old
/// one. So a miss is believed only if no split ran meanwhile; else the reader looks again under the lock.</para>
/// </remarks>
internal sealed class EntryIndex(Lock gate)
{
    private const int SegmentBits = 9;
    private const int SegmentSize = 1 << SegmentBits;
    private const int MostBuckets = 1 << KeyHash.Bits;

    private MemoryEntry?[][] _segments = [new MemoryEntry?[SegmentSize]];
    private int _buckets = 64;
    private int _splits; // odd while one runs

    /// <summary>How many entries are in.</summary>
    internal int Count { get; private set; }

    /// <summary>How many buckets there are.</summary>
    internal int Buckets => Volatile.Read(ref _buckets);

    /// <summary>The entry under a key, or null. Any thread.</summary>
    internal MemoryEntry? Find(ReadOnlySpan<char> key, uint hash)
    {
        var splits = Volatile.Read(ref _splits);
        if (Walk(key, hash) is { } found) return found;

        // The links were read with acquire semantics: a walk that met a changed one also sees the changed count.
        if ((splits & 1) == 0 && splits == Volatile.Read(ref _splits)) return null;
        lock (gate) return Walk(key, hash);
    }

    /// <summary>Puts in an entry whose key is not there. Under the gate.</summary>
    internal void Add(MemoryEntry entry)
    {
        if (++Count > _buckets + (_buckets >> 2) && _buckets < MostBuckets) Split();
        ref var bucket = ref Bucket(entry.Hash, _buckets);
        entry.Next = bucket;
        Volatile.Write(ref bucket, entry);
    }

    /// <summary>Puts an entry in the place of the one under the same key: a reader sees the one or the other, never a gap. Under
    /// the gate.</summary>
    internal void Replace(MemoryEntry old, MemoryEntry entry)
    {
        entry.Next = old.Next;
        Volatile.Write(ref Link(old), entry);
    }

    /// <summary>Takes out an entry that is in. It keeps its link, for readers who stand on it. Under the gate.</summary>
    internal void Remove(MemoryEntry entry)
    {
        Volatile.Write(ref Link(entry), entry.Next);
        Count--;
    }

    /// <summary>The entries of one bucket. Under the gate.</summary>
    /// <param name="bucket">Its number; entries only ever move to a higher one.</param>
    /// <param name="entries">Where they go.</param>
    internal void Copy(int bucket, List<MemoryEntry> entries)
    {
        for (var entry = _segments[bucket >> SegmentBits][bucket & (SegmentSize - 1)]; entry is not null; entry = entry.Next)
            entries.Add(entry);
    }

    private MemoryEntry? Walk(ReadOnlySpan<char> key, uint hash)
    {
        // The count first: the segments are at least as new, so the bucket is in them.
        var buckets = Volatile.Read(ref _buckets);
        for (var entry = Volatile.Read(ref Bucket(hash, buckets)); entry is not null; entry = Volatile.Read(ref entry.Next))
        {
            if (entry.Hash == hash && key.SequenceEqual(entry.Key)) return entry;
        }

        return null;
    }

    private ref MemoryEntry? Link(MemoryEntry entry)
    {
        ref var link = ref Bucket(entry.Hash, _buckets);
        while (!ReferenceEquals(link, entry)) link = ref link!.Next;
        return ref link;
    }

    // One bit of the hash more than the buckets there are, or one less where that bucket has not been split yet.
    private ref MemoryEntry? Bucket(uint hash, int buckets)
    {
        var mask = (uint.MaxValue >> BitOperations.LeadingZeroCount((uint)buckets - 1)) & hash;
        var bucket = mask < (uint)buckets
            ? (int)mask
            : (int)(mask & (uint.MaxValue >> (BitOperations.LeadingZeroCount((uint)buckets - 1) + 1)));
        return ref Volatile.Read(ref _segments)[bucket >> SegmentBits][bucket & (SegmentSize - 1)];
    }

    private void Split()
    {
        var made = _buckets;
        if ((made & (SegmentSize - 1)) == 0) AddSegment(made >> SegmentBits);
        var half = (int)BitOperations.RoundUpToPowerOf2((uint)made + 1) >> 1;
        ref var from = ref _segments[(made - half) >> SegmentBits][(made - half) & (SegmentSize - 1)];
        ref var to = ref _segments[made >> SegmentBits][made & (SegmentSize - 1)];
        Interlocked.Increment(ref _splits);
        ref var link = ref from;
        while (link is { } entry)
        {
            if ((entry.Hash & (uint)half) == 0)
            {
                link = ref entry.Next;
                continue;
            }

            Volatile.Write(ref link, entry.Next);
            Volatile.Write(ref entry.Next, to);
            to = entry;
        }

        Volatile.Write(ref _buckets, made + 1);
        Interlocked.Increment(ref _splits);
    }

    private void AddSegment(int number)
    {
        var segments = _segments;
        if (number == segments.Length) Array.Resize(ref segments, segments.Length * 2);
        segments[number] = new MemoryEntry?[SegmentSize];
        Volatile.Write(ref _segments, segments);
    }
}
