using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>All entries of a memory store and the structures that lead to them, kept in step under one lock.</summary>
/// <remarks>
/// <para>Invariants, whenever nobody holds <see cref="Gate"/>: an entry is in the index if and only if it is in one of the
/// policy's queues, in the list of each of its tags, and not <see cref="MemoryEntry.Removed"/>; one that can expire
/// has a timer that comes up no later than its deadline, or the wheel is about to ask for it; <see cref="Bytes"/> is the
/// sum of the sizes; neither limit is exceeded, not even for a moment within a hold.</para>
/// <para>The gate is the only lock, the wheel's too, and reads do not take it. One gate and not many: the limits, the tags
/// and the fences each cut across the keys, and a hold is well under a microsecond, as bytes are copied outside, removals of
/// many let go after each few hundred, and nothing in here grows by copying what is there.</para>
/// </remarks>
internal sealed class EntryTable : IDisposable
{
    private const int BucketsPerHold = 64;

    private readonly EntryIndex _index;
    private readonly ExpiryWheel<MemoryEntry> _wheel;
    private readonly StoreClock _clock;
    private readonly ulong _seed;

    internal EntryTable(MemoryStoreOptions options, StoreClock clock)
    {
        _clock = clock;
        _seed = options.HashSeed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        _index = new EntryIndex(Gate);
        _wheel = new ExpiryWheel<MemoryEntry>(clock, Reclaim, Gate);
        Policy = new EvictionPolicy(
            options.MaxEntries ?? long.MaxValue, options.MaxEntryBytes ?? long.MaxValue, Evict, options.KeepsLatestUsed);
    }

    internal Lock Gate { get; } = new();

    /// <summary>Every entry that takes space, expired ones that wait to be reclaimed included. Any thread. Not a snapshot, but
    /// what was there when the walk began and is not removed is met, or what was put in its place.</summary>
    internal IEnumerable<KeyValuePair<string, MemoryEntry>> All
    {
        get
        {
            var some = new List<MemoryEntry>();
            for (var bucket = 0; bucket < _index.Buckets; bucket += BucketsPerHold)
            {
                lock (Gate)
                {
                    for (var i = bucket; i < Math.Min(bucket + BucketsPerHold, _index.Buckets); i++) _index.Copy(i, some);
                }

                foreach (var entry in some) yield return new(entry.Key, entry);
                some.Clear();
            }
        }
    }

    internal EvictionPolicy Policy { get; }

    internal TagIndex Tags { get; } = new();

    internal int TimerCount => _wheel.Count;

    /// <summary>How many entries take space. Under the gate: a sum over the queues, which an entry that moves from one to the
    /// next would be in twice.</summary>
    internal int Count => Policy.Count;

    /// <summary>What they take. Under the gate, as <see cref="Count"/>.</summary>
    internal long Bytes => Policy.Bytes;

    internal long Evictions { get; private set; }

    /// <summary>How many had expired when they were taken out or replaced.</summary>
    internal long Expirations { get; private set; }

    public void Dispose() => _wheel.Dispose();

    /// <summary>The hash by which an entry is found.</summary>
    internal uint HashOf(ReadOnlySpan<char> key) => KeyHash.Of(key, _seed);

    /// <summary>The entry under a key, live or expired. Any thread.</summary>
    internal bool TryFind(ReadOnlySpan<char> key, [MaybeNullWhen(false)] out MemoryEntry entry) =>
        (entry = _index.Find(key, HashOf(key))) is not null;

    /// <summary>What a reader is given; null: nothing, or it has expired. Any thread.</summary>
    internal CacheEntry? Read(ReadOnlySpan<char> key)
    {
        if (_index.Find(key, HashOf(key)) is not { } entry || entry.Read(_clock) is not { } content) return null;
        if (Policy.KeepsLatestUsed) NoteUse(entry);
        else Policy.Hits.Add();
        return content;
    }

    // It may have been taken out since it was found; what was put in its place is newer by itself.
    private void NoteUse(MemoryEntry entry)
    {
        lock (Gate)
        {
            if (!entry.Removed) Policy.Renew(entry);
        }
    }

    /// <summary>The live entry under a key. Under the gate.</summary>
    internal MemoryEntry? FindLive(string key, uint hash) =>
        _index.Find(key, hash) is { } entry && entry.IsLive(_clock) ? entry : null;

    /// <summary>Whether an entry is not larger than everything may be.</summary>
    internal bool CanHold(MemoryEntry entry) => Policy.CanHold(entry.Size);

    /// <summary>Stores an entry in place of the one under its key, and makes room for it first. Under the
    /// gate.</summary>
    /// <returns>False: it is larger than everything may be, or not worth what it would push out, and is not stored. The older
    /// one is gone all the same, as it must not be served once it was replaced.</returns>
    internal bool Put(MemoryEntry entry)
    {
        var old = _index.Find(entry.Key, entry.Hash);
        var size = entry.Size;
        var grownBy = size - (old?.Size ?? 0);
        var canHold = Policy.CanHold(size);
        if (!canHold || !Policy.TryMakeRoom(entry, old, grownBy))
        {
            if (canHold) Evictions++; // declined: a log was told that it is in, and must know that it is not
            if (old is not null) Remove(old);
            return false;
        }

        if (old is null)
        {
            _index.Add(entry);
            Policy.Add(entry, size);
            SetTimer(entry);
        }
        else
        {
            if (!old.IsLive(_clock)) Expirations++;
            Replace(old, entry, grownBy);
            if (old.HasTraits) Tags.Remove(old);
        }

        if (entry.HasTraits) Tags.Add(entry);
        return true;
    }

    /// <summary>Gives a live entry a new life. Under the gate.</summary>
    /// <returns>The entry that is in its place now; null: it was over.</returns>
    internal MemoryEntry? Renew(MemoryEntry entry, TimeSpan ttl) =>
        entry.Renewed(ttl, _clock) is { } renewed ? Succeed(entry, renewed) : null;

    /// <summary>Gives an entry a life that it had before. Under the gate.</summary>
    internal void Restore(MemoryEntry entry, TimeSpan ttl, in EntryLife life) => Succeed(entry, entry.WithLife(ttl, life));

    /// <summary>Takes out an entry that is in. Under the gate.</summary>
    internal void Remove(MemoryEntry entry)
    {
        _index.Remove(entry);
        Policy.Remove(entry);
        entry.Removed = true;
        Tags.Remove(entry);
        _wheel.Cancel(entry);
    }

    /// <summary>Makes sure that an entry is reclaimed after its deadline. Under the gate.</summary>
    private void SetTimer(MemoryEntry entry)
    {
        if (entry.Deadline != StoreClock.Never) _wheel.SetNoLaterThan(entry, entry.Deadline);
    }

    private MemoryEntry Succeed(MemoryEntry entry, MemoryEntry next)
    {
        Replace(entry, next, grownBy: 0);
        TagIndex.Replace(entry, next);
        return next;
    }

    private void Replace(MemoryEntry old, MemoryEntry entry, long grownBy)
    {
        entry.TakeKey(old);
        _index.Replace(old, entry);
        Policy.Replace(old, entry, grownBy);
        old.Removed = true;
        _wheel.Replace(old, entry, entry.Deadline);
    }

    private void Evict(MemoryEntry entry)
    {
        Remove(entry);
        Evictions++;
    }

    // The wheel's call: the entry's timer is gone, and it may have been removed, replaced or renewed since, or read if
    // it slides.
    private void Reclaim(MemoryEntry entry)
    {
        lock (Gate)
        {
            if (entry.Removed) return;
            if (entry.IsLive(_clock))
            {
                SetTimer(entry);
                return;
            }

            Expirations++;
            Remove(entry);
        }
    }
}
