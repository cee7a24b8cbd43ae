using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>All entries of a memory store and the structures that lead to them, kept in step under one lock.</summary>
/// <remarks>
/// <para>Invariants, whenever nobody holds <see cref="Gate"/>: an entry is in the dictionary if and only if it is in
/// the eviction queue, in the list of each of its tags, and not <see cref="MemoryEntry.Removed"/>; one that can expire
/// has a timer that is due no later than its deadline, or the wheel is about to ask for it; <see cref="Bytes"/> is the
/// sum of the sizes; neither limit is exceeded, not even for a moment within a hold.</para>
/// <para>Locks nest in one order: gate, then an entry's monitor or the wheel's lock. Reads take no gate. One gate and
/// not many: the limits, the tags and the fences each cut across the keys, and a hold is well under a microsecond, as
/// bytes are copied outside and removals of many let go after each few hundred.</para>
/// </remarks>
internal sealed class EntryTable : IDisposable
{
    private readonly ConcurrentDictionary<string, MemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MemoryEntry>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly ExpiryWheel<MemoryEntry> _wheel;
    private readonly StoreClock _clock;
    private readonly long _maxEntries;
    private readonly long _maxBytes;

    internal EntryTable(MemoryStoreOptions options, StoreClock clock)
    {
        _maxEntries = options.MaxEntries ?? long.MaxValue;
        _maxBytes = options.MaxEntryBytes ?? long.MaxValue;
        _clock = clock;
        _byText = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
        _wheel = new ExpiryWheel<MemoryEntry>(clock, Reclaim);
    }

    internal Lock Gate { get; } = new();

    /// <summary>Every entry that takes space, expired ones that wait to be reclaimed included. Any thread.</summary>
    internal IEnumerable<KeyValuePair<string, MemoryEntry>> All => _entries;

    internal SieveQueue Queue { get; } = new();

    internal TagIndex Tags { get; } = new();

    internal int TimerCount => _wheel.Count;

    internal int Count => Queue.Count;

    internal long Bytes { get; private set; }

    internal long Evictions { get; private set; }

    public void Dispose() => _wheel.Dispose();

    /// <summary>The entry under a key, live or expired. Any thread.</summary>
    internal bool TryFind(string key, [MaybeNullWhen(false)] out MemoryEntry entry) =>
        _entries.TryGetValue(key, out entry);

    /// <inheritdoc cref="TryFind(string, out MemoryEntry)"/>
    internal bool TryFind(ReadOnlySpan<char> key, [MaybeNullWhen(false)] out MemoryEntry entry) =>
        _byText.TryGetValue(key, out entry);

    /// <summary>The live entry under a key. Under the gate.</summary>
    internal MemoryEntry? FindLive(string key) => TryFind(key, out var entry) && entry.IsLive(_clock) ? entry : null;

    /// <summary>Whether an entry is not larger than everything may be.</summary>
    internal bool CanHold(MemoryEntry entry) => entry.Size <= _maxBytes;

    /// <summary>Stores an entry in place of the one under its key, and makes room for it first. Under the
    /// gate.</summary>
    /// <returns>False: it is larger than everything may be, and is not stored. The older one is gone all the same, as
    /// it must not be served once it was replaced.</returns>
    internal bool Put(MemoryEntry entry)
    {
        TryFind(entry.Key, out var old);
        if (!CanHold(entry))
        {
            if (old is not null) Remove(old);
            return false;
        }

        MakeRoom(old is null ? 1 : 0, entry.Size - (old?.Size ?? 0), old);
        _entries[entry.Key] = entry; // a reader sees the old entry or the new one, never a gap
        if (old is null)
        {
            Queue.Add(entry);
        }
        else
        {
            entry.Key = old.Key;
            Queue.Replace(old, entry);
            LetGo(old);
        }

        Bytes += entry.Size;
        Tags.Add(entry);
        SetTimer(entry);
        return true;
    }

    /// <summary>Takes out an entry that is in. Under the gate.</summary>
    internal void Remove(MemoryEntry entry)
    {
        _entries.TryRemove(entry.Key, out _);
        Queue.Remove(entry);
        LetGo(entry);
    }

    /// <summary>Makes sure that an entry is reclaimed after its deadline. Under the gate.</summary>
    internal void SetTimer(MemoryEntry entry)
    {
        if (entry.Deadline != StoreClock.Never) _wheel.SetNoLaterThan(entry, entry.Deadline);
    }

    private void MakeRoom(int entries, long bytes, MemoryEntry? keep)
    {
        while (Count + entries > _maxEntries || Bytes + bytes > _maxBytes)
        {
            Remove(Queue.NextVictim(keep));
            Evictions++;
        }
    }

    private void LetGo(MemoryEntry entry)
    {
        entry.Removed = true;
        Bytes -= entry.Size;
        Tags.Remove(entry);
        _wheel.Cancel(entry);
    }

    // The wheel's call: the entry's timer is gone, and it may have been removed, replaced or renewed since, or read if
    // it slides.
    private void Reclaim(MemoryEntry entry)
    {
        lock (Gate)
        {
            if (entry.Removed) return;
            if (entry.IsLive(_clock)) SetTimer(entry);
            else Remove(entry);
        }
    }
}
