namespace Wappa.Caching.Memory;

/// <summary>
/// Which entries stay when not all can: W-TinyLFU. A newcomer stands in a window first; when it leaves that, it takes the place
/// of entries of the main queue only if it was asked for more often lately than all of them together.
/// </summary>
/// <remarks>
/// <para>Sources: Einziger, Friedman and Manes, 2017 (see <see cref="FrequencySketch"/>); that a large candidate must beat the
/// sum of those it would push out: Einziger, Eytan, Friedman and Manes, <i>Lightweight Robust Size Aware Cache Management</i>,
/// ACM Transactions on Storage 2022. One thing differs, so that a read takes no lock and moves nothing: reads are noted at
/// their entries and credited to the sketch when a hand next comes by, as in CLOCK and SIEVE; neither queue is ordered by use.
/// See <c>docs/decisions/0011-admission-by-frequency.md</c>.</para>
/// <para>What one write may cost under the lock: it looks at no more than <see cref="MostSteps"/> entries that were read, and
/// evicts no more than <see cref="MostEvicted"/>.</para>
/// <para>Or, if asked for, plain LRU: then there is only the window, in the order of use.</para>
/// <para>Not thread-safe: under the store's lock, but for <see cref="MemoryEntry.Visits"/> and the hits.</para>
/// </remarks>
internal sealed class EvictionPolicy(long maxEntries, long maxBytes, Action<MemoryEntry> evict, bool keepsLatestUsed = false)
{
    /// <summary>How many entries that were read since it last looked one write spares.</summary>
    internal const int MostSteps = 1024;

    /// <summary>How many entries one write evicts, besides those it beats in one comparison.</summary>
    internal const int MostEvicted = 256;

    private const int MostVictims = 64;     // in one comparison
    private const int LargeShare = 100;     // what is larger than one part of so many has to prove itself at once
    private const int Slack = 8;            // one part of so many: about as large is as large
    private const int PromotedPerWrite = 8; // when the window shrinks

    private readonly List<MemoryEntry> _victims = new(MostVictims);
    private readonly WindowShare _window = new();
    private int _steps;

    /// <summary>Whether the one used longest ago goes, whatever the others were used for.</summary>
    internal bool KeepsLatestUsed => keepsLatestUsed;

    internal EntryQueue Window { get; } = new();

    internal EntryQueue Main { get; } = new();

    /// <summary>Which reads found something.</summary>
    internal HitCounter Hits { get; } = new();

    internal FrequencySketch Sketch { get; } = new();

    internal int Count => Window.Count + Main.Count;

    internal long Bytes => Window.Bytes + Main.Bytes;

    /// <summary>Whether an entry is not larger than everything may be.</summary>
    internal bool CanHold(long size) => size <= maxBytes;

    /// <summary>Evicts until an entry has room.</summary>
    /// <param name="entry">What will be added, or put in the place of <paramref name="old"/>.</param>
    /// <param name="old">What has its key now; null: nothing. It is not evicted.</param>
    /// <param name="bytes">How many more it takes than the old one.</param>
    /// <returns>False: it is not worth those it would push out.</returns>
    internal bool TryMakeRoom(MemoryEntry entry, MemoryEntry? old, long bytes)
    {
        if (keepsLatestUsed) return MakeRoomByAge(old is null ? 1 : 0, bytes, old);
        if (old is null) CountRequest(entry);
        else entry.Visits = Math.Min(old.Visits + 1, MemoryEntry.MostVisits); // to be written again is to be useful
        var entries = old is null ? 1 : 0;
        if (!IsOver(entries, bytes)) return true;
        _steps = MostSteps;
        var missing = Bytes + bytes - maxBytes;
        if (missing > 0 && bytes > maxBytes / LargeShare)
        {
            if (!Beats(entry, missing, old)) return false;
            EvictVictims();
        }

        for (var evicted = 0; IsOver(entries, bytes); evicted++)
        {
            if (evicted == MostEvicted) return false; // a middling one among very small ones
            EvictOne(entries, bytes, old);
        }

        return true;
    }

    /// <summary>Adds an entry that has room.</summary>
    internal void Add(MemoryEntry entry, long size)
    {
        Window.Add(entry, size);
        if (keepsLatestUsed) return;
        for (var i = 0; i < PromotedPerWrite && Window.Count > 1 && IsWindowOver(0, 0); i++) Promote(Window.Oldest!);
    }

    /// <summary>Puts an entry that has room in the place of the one under its key.</summary>
    internal void Replace(MemoryEntry old, MemoryEntry entry, long grownBy)
    {
        entry.InMain = old.InMain;
        QueueOf(entry).Replace(old, entry, grownBy);
        if (keepsLatestUsed) Window.Renew(entry);
    }

    /// <summary>Makes an entry that was used the latest, where that is what counts.</summary>
    internal void Renew(MemoryEntry entry)
    {
        if (!ReferenceEquals(Window.Newest, entry)) Window.Renew(entry);
    }

    internal void Remove(MemoryEntry entry) => QueueOf(entry).Remove(entry, entry.Size);

    // Ends: what is to be stored is not larger than everything may be.
    private bool MakeRoomByAge(int entries, long bytes, MemoryEntry? keep)
    {
        while (IsOver(entries, bytes)) evict(ReferenceEquals(Window.Oldest, keep) ? keep!.Newer! : Window.Oldest!);
        return true;
    }

    private EntryQueue QueueOf(MemoryEntry entry) => entry.InMain ? Main : Window;

    private bool IsOver(int entries, long bytes) => Count + entries > maxEntries || Bytes + bytes > maxBytes;

    private bool IsWindowOver(int entries, long bytes) =>
        (maxEntries != long.MaxValue && Window.Count + entries > _window.Of(maxEntries)) ||
        (maxBytes != long.MaxValue && Window.Bytes + bytes > _window.Of(maxBytes));

    // A write of what is not there follows a read that missed.
    private void CountRequest(MemoryEntry entry)
    {
        if (maxEntries == long.MaxValue && maxBytes == long.MaxValue) return; // nobody will ask
        Sketch.Reserve(Count);
        Sketch.Add(entry.Hash, 1, Count);
        if (Count >= maxEntries / 2 || Bytes >= maxBytes / 2) _window.CountMiss(Hits, Count);
    }

    // What leaves the window against what would have to leave the main queue for it.
    private void EvictOne(int entries, long bytes, MemoryEntry? keep)
    {
        var candidate = IsWindowOver(entries, bytes) || Main.Count == 0 ? NextOfWindow(keep) : null;
        if (candidate is null)
        {
            evict(NextOfMain(keep) ?? NextOfWindow(keep)!);
        }
        else if (Main.Count > 0 && Beats(candidate, Bytes + bytes > maxBytes ? candidate.Size : 0, keep))
        {
            EvictVictims();
            Promote(candidate);
        }
        else
        {
            evict(candidate);
        }
    }

    // Whether an entry was asked for more often than all those together who would have to go to free so many bytes. If not,
    // they stand at the hand again: what defended itself but is read no more goes as soon as aging has made it poor.
    private bool Beats(MemoryEntry entry, long bytes, MemoryEntry? keep)
    {
        _victims.Clear();
        var frequency = Credit(entry);
        for (long freed = 0; freed < bytes - (bytes / Slack) || _victims.Count == 0;)
        {
            if (_victims.Count < MostVictims && NextVictim(entry, keep) is { } victim)
            {
                _victims.Add(victim);
                freed += victim.Size;
                frequency -= Credit(victim);
                if (frequency > 0) continue;
            }

            if (_victims is [{ InMain: true } first, ..]) Main.Hand = first;
            _victims.Clear();
            return false;
        }

        return true;
    }

    private MemoryEntry? NextVictim(MemoryEntry entry, MemoryEntry? keep)
    {
        if (NextOfMain(keep) is { } next && !_victims.Contains(next)) return next;
        return NextOfWindow(keep) is { } last && !ReferenceEquals(last, entry) && !_victims.Contains(last) ? last : null;
    }

    private void EvictVictims()
    {
        foreach (var victim in _victims) evict(victim);
        _victims.Clear();
    }

    private void Promote(MemoryEntry entry)
    {
        var size = entry.Size;
        Window.Remove(entry, size);
        entry.InMain = true;
        Main.Add(entry, size);
    }

    // The oldest of the window that was not read since it last was the oldest; what was read begins again as the newest.
    private MemoryEntry? NextOfWindow(MemoryEntry? keep)
    {
        for (var i = 0; i < Window.Count; i++)
        {
            var entry = Window.Oldest!;
            var isKept = ReferenceEquals(entry, keep);
            if (!isKept && (entry.Visits == 0 || _steps-- <= 0)) return entry;
            if (!isKept) Credit(entry);
            Window.Renew(entry);
        }

        return ReferenceEquals(Window.Oldest, keep) ? null : Window.Oldest;
    }

    // The hand spares what was read since it last came by, once. Without a bound one write could walk all there is.
    private MemoryEntry? NextOfMain(MemoryEntry? keep)
    {
        for (var kept = 0; kept < 2 && Main.Step() is { } entry;)
        {
            if (ReferenceEquals(entry, keep)) kept++;
            else if (entry.Visits == 0 || _steps-- <= 0) return entry;
            else Credit(entry);
        }

        return null;
    }

    // What was read since the last look counts from now on.
    private int Credit(MemoryEntry entry)
    {
        if (entry.Visits is > 0 and var visits)
        {
            Sketch.Add(entry.Hash, visits, Count);
            entry.Visits = 0;
        }

        return Sketch.Estimate(entry.Hash);
    }
}
