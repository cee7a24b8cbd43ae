using System.Collections.Immutable;
using System.Text;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>An entry in the memory store: what readers are given, and in the same object when it ends and its links into the
/// structures that know it.</summary>
/// <remarks>
/// <para>One object, as the header of a second one and the reference to it would be a fifth of all that an entry costs. What a
/// caller can see of it never changes: a renewal puts another entry in its place.</para>
/// <para>Readers take no lock. What must not happen to them is that an expired entry comes back to life. <i>Interleaving:</i> a
/// renewal finds it alive at 9.999 s, a reader finds it expired at 10 s, the renewal writes the new deadline at 10.001 s, and
/// the next reader gets a hit after a miss. So whoever sees that a deadline has passed puts <see cref="Over"/> in its place
/// before believing it, and whoever renews puts the new deadline only in the place of the one found alive.</para>
/// </remarks>
internal sealed record MemoryEntry : CacheEntry, IExpiring
{
    /// <summary>What an entry takes besides its key's characters and its value: this object, its bucket and timer, and the
    /// headers of key and array. Measured (<c>bench</c>, area <c>memory-entries</c>).</summary>
    internal const int Overhead = 180;

    /// <summary>What it takes to have anything that few entries have: tags, a sliding life, a stale window.</summary>
    internal const int TraitsOverhead = 96;

    /// <summary>What a tag takes besides its characters: its link, and a share of the index, which is less where many entries carry the
    /// tag and more where one does.</summary>
    internal const int TagOverhead = 144;

    /// <summary>How often at most a read is noted between two looks of the policy.</summary>
    internal const int MostVisits = 3;

    private const long Over = 0; // has always passed: instants count from the making of the clock

    // Below the stamp, in the same field.
    private const int FlagBits = 3;
    private const long RemovedFlag = 1;
    private const long SlidingFlag = 2;
    private const long MainFlag = 4;

    // The hash takes the upper bits, so that the visits, which racing readers write, share a field with what never changes.
    private const int VisitBits = 2;

    private long _stampAndFlags;
    private long _deadline;
    private uint _hashAndVisits;

    /// <param name="key">Its key.</param>
    /// <param name="hash">The key's <see cref="KeyHash"/>.</param>
    /// <param name="entry">What the caller gave. Its bytes are copied, as the caller may use its array again, unless they are the
    /// entry's own.</param>
    /// <param name="clock">The store's clock.</param>
    internal MemoryEntry(string key, uint hash, CacheEntry entry, StoreClock clock)
        : this(key, hash, entry, entry.Ttl, clock.Now, clock)
    {
    }

    /// <summary>An entry that was there before.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="hash">The key's <see cref="KeyHash"/>.</param>
    /// <param name="content">What readers are given, as it is; its bytes are nobody else's.</param>
    /// <param name="life">When it ends.</param>
    internal MemoryEntry(string key, uint hash, CacheEntry content, in EntryLife life)
        : this(key, hash, content, content.Ttl, content.StoredAt.UtcTicks, Bytes(content), life)
    {
    }

    private MemoryEntry(string key, uint hash, CacheEntry entry, TimeSpan? ttl, long now, StoreClock clock)
        : this(
            key, hash, entry, ttl, clock.UtcTicks(now), entry.OwnsValue ? Bytes(entry) : entry.Value.ToArray(),
            LifeFrom(now, ttl, entry.SlidingTtl))
    {
    }

    private MemoryEntry(
        string key, uint hash, CacheEntry entry, TimeSpan? ttl, long storedAt, byte[] value, in EntryLife life)
        : base(StoredTraits.Of(entry, value, life.Limit) ?? (object)value, ttl, storedAt)
    {
        Key = key;
        _hashAndVisits = hash << VisitBits;
        _deadline = life.Deadline;
        if (SlidingTtl is not null) _stampAndFlags = SlidingFlag;
    }

    // What a caller makes of it by "with" is no entry of the store any more.
    private MemoryEntry(MemoryEntry original)
        : base(original)
    {
        Key = "";
        if (original.More is { } more) Traits = more.Detached();
    }

    // The order of the fields is theirs in memory: what a read looks at stands together, the links of the queues before it.
    internal MemoryEntry? Newer { get; set; }

    internal MemoryEntry? Older { get; set; }

    /// <summary>Its key.</summary>
    internal string Key { get; private set; }

    /// <summary>The next entry of the bucket. Written under the store's lock, read without.</summary>
    internal MemoryEntry? Next;

    /// <summary>Index of its timer; -1: none.</summary>
    int IExpiring.Timer { get; set; } = ExpiryWheel<MemoryEntry>.NoTimer;

    long IExpiring.ExpiresAt => Deadline;

    /// <summary>What it counts against the limit of bytes. Worked out each time: the numbers are there anyway, in the key and
    /// the array.</summary>
    internal long Size => Traits is null ? Overhead + (sizeof(char) * (long)Key.Length) + Length : SizeOf(Key, this);

    /// <summary>Its key's <see cref="KeyHash"/>.</summary>
    internal uint Hash => _hashAndVisits >> VisitBits;

    /// <summary>The moment its value is as of: of the write, or of the fence of the load that brought it. Written before it is
    /// published.</summary>
    internal long Stamp
    {
        get => _stampAndFlags >> FlagBits;
        set => _stampAndFlags = (value << FlagBits) | (_stampAndFlags & ((1 << FlagBits) - 1));
    }

    /// <summary>Whether the table has let go of it. Under the store's lock, like the links.</summary>
    internal bool Removed
    {
        get => Has(RemovedFlag);
        set => Set(RemovedFlag, value);
    }

    /// <summary>Whether it stands in the main queue and not in the window. Under the store's lock.</summary>
    internal bool InMain
    {
        get => Has(MainFlag);
        set => Set(MainFlag, value);
    }

    /// <summary>How often it was read since the policy last looked, 3 at most. Racing readers may lose a visit.</summary>
    internal int Visits
    {
        get => (int)(_hashAndVisits & MostVisits);
        set => _hashAndVisits = (_hashAndVisits & ~(uint)MostVisits) | (uint)value;
    }

    /// <summary>The first of its links to its tags.</summary>
    internal TagLink? Tagged
    {
        get => More?.Tagged;
        set
        {
            if (More is { } more) more.Tagged = value;
        }
    }

    /// <summary>Whether it has anything that few entries have: tags, for one.</summary>
    internal bool HasTraits => Traits is not null;

    /// <summary>Index of its timer; for tests of the structure.</summary>
    internal int Timer => ((IExpiring)this).Timer;

    internal long Deadline => Volatile.Read(ref _deadline);

    private StoredTraits? More => (StoredTraits?)Traits;

    internal static long SizeOf(string key, CacheEntry entry)
    {
        var size = Overhead + (sizeof(char) * (long)key.Length) + entry.Value.Length;
        if (entry.SlidingTtl is not null || entry.FreshFor is not null || !entry.Tags.IsEmpty) size += TraitsOverhead;
        foreach (var tag in entry.Tags) size += TagOverhead + (sizeof(char) * (long)tag.Length);
        return size;
    }

    /// <summary>Itself, or null if it has expired; renews a sliding life and notes the visit.</summary>
    internal CacheEntry? Read(StoreClock clock)
    {
        if (clock.HasPassed(Deadline) && !IsLive(clock)) return null;
        if (Has(SlidingFlag) && !TrySlide(clock)) return null;
        var seen = _hashAndVisits;
        if ((seen & MostVisits) != MostVisits) _hashAndVisits = seen + 1; // else a hot entry's line stays shared among the cores
        return this;
    }

    internal bool IsLive(StoreClock clock)
    {
        while (true)
        {
            var deadline = Deadline;
            if (!clock.HasPassed(deadline)) return true;
            if (deadline == Over || Interlocked.CompareExchange(ref _deadline, Over, deadline) == deadline) return false;
        }
    }

    internal CacheTtl Remaining(StoreClock clock)
    {
        if (!IsLive(clock)) return CacheTtl.Missing;
        var deadline = Deadline;
        if (deadline == StoreClock.Never) return CacheTtl.NoExpiry;
        var left = deadline - clock.Now;
        return left > 0 ? CacheTtl.After(new TimeSpan(left)) : Remaining(clock);
    }

    /// <summary>An entry with a new life of <paramref name="ttl"/> to be put in its place; null: this one is over.</summary>
    internal MemoryEntry? Renewed(TimeSpan ttl, StoreClock clock)
    {
        var life = LifeFrom(clock.Now, ttl, SlidingTtl);
        while (true)
        {
            if (!IsLive(clock)) return null;

            // Readers who found this one go on reading it a little longer, and must not take its end for the end.
            var deadline = Deadline;
            if (deadline != Over && Interlocked.CompareExchange(ref _deadline, life.Deadline, deadline) == deadline)
                return WithLife(ttl, life);
        }
    }

    /// <summary>The same entry with another life, to be put in its place.</summary>
    internal MemoryEntry WithLife(TimeSpan ttl, in EntryLife life) =>
        new(Key, Hash, this, ttl, StoredAt.UtcTicks, Bytes(this), life) { Stamp = Stamp, Visits = Visits };

    /// <summary>What it holds and when it ends.</summary>
    internal CacheEntry Look(out EntryLife life)
    {
        var deadline = Deadline;
        life = new(More is { SlidingTtl: not null } more ? more.Limit : deadline, deadline);
        return this;
    }

    /// <summary>Takes over the key of the one it replaces: callers bring a new string each time.</summary>
    internal void TakeKey(MemoryEntry old) => Key = old.Key;

    /// <summary>The content alone: as with what a caller made, two are equal if their contents are.</summary>
    public bool Equals(MemoryEntry? other) => ReferenceEquals(this, other) || base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    protected override bool PrintMembers(StringBuilder builder) => base.PrintMembers(builder);

    private bool Has(long flag) => (_stampAndFlags & flag) != 0;

    private void Set(long flag, bool value) => _stampAndFlags = value ? _stampAndFlags | flag : _stampAndFlags & ~flag;

    private bool TrySlide(StoreClock clock)
    {
        while (true)
        {
            if (!IsLive(clock)) return false;
            var deadline = Deadline;
            var slid = Math.Min(More!.Limit, clock.After(RoundUp(More.SlidingTtl!.Value)));
            if (deadline != Over && Interlocked.CompareExchange(ref _deadline, slid, deadline) == deadline) return true;
        }
    }

    private static byte[] Bytes(CacheEntry entry) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(entry.Value, out var part) && part.Array!.Length == part.Count
            ? part.Array
            : entry.Value.ToArray();

    private static EntryLife LifeFrom(long now, TimeSpan? ttl, TimeSpan? sliding)
    {
        var limit = ttl is { } some ? StoreClock.After(now, RoundUp(some)) : StoreClock.Never;
        return new(limit, sliding is { } idle ? Math.Min(limit, StoreClock.After(now, RoundUp(idle))) : limit);
    }

    // Every backend counts whole milliseconds.
    private static TimeSpan RoundUp(TimeSpan span)
    {
        var over = span.Ticks % TimeSpan.TicksPerMillisecond;
        return over == 0 || span.Ticks > long.MaxValue - TimeSpan.TicksPerMillisecond
            ? span
            : new TimeSpan(span.Ticks - over + TimeSpan.TicksPerMillisecond);
    }

    /// <summary>What few entries have, and what the store knows of it.</summary>
    private sealed class StoredTraits(byte[] value, CacheEntry entry, long limit)
        : EntryTraits(value, entry.SlidingTtl, entry.FreshFor, entry.Tags)
    {
        /// <summary>No read renews it beyond this.</summary>
        internal long Limit => limit;

        internal TagLink? Tagged { get; set; }

        internal static StoredTraits? Of(CacheEntry entry, byte[] value, long limit) =>
            entry.SlidingTtl is null && entry.FreshFor is null && entry.Tags.IsEmpty ? null : new(value, entry, limit);

        internal EntryTraits Detached() => new(Value, SlidingTtl, FreshFor, Tags);
    }
}

/// <summary>When an entry ends, as instants of the store's clock; <see cref="StoreClock.Never"/>: it does not.</summary>
/// <param name="Limit">No read renews it beyond this.</param>
/// <param name="Deadline">Without a read it ends here: at the limit, or before it if it slides.</param>
internal readonly record struct EntryLife(long Limit, long Deadline);
