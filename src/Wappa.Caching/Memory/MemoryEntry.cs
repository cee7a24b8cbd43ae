using System.Collections.Immutable;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>An entry's place in the memory store: what it holds, when it ends, and its links into the structures that
/// know it.</summary>
/// <remarks>
/// A <c>Set</c> makes a new one, so content and expiry cannot be seen torn. Only a renewal and a sliding read change
/// one, and they do it under its own monitor: an expired entry could otherwise come back to life. <i>Interleaving:</i>
/// a renewal finds it alive at 9.999 s, a reader finds it expired at 10 s, the renewal writes the new deadline at
/// 10.001 s, and the next reader gets a hit after a miss. So whoever sees a deadline that has passed looks again under
/// the monitor before believing it; the common read of a live entry that does not slide takes none.
/// </remarks>
internal sealed class MemoryEntry : IExpiring
{
    /// <summary>What an entry takes besides its key's characters, value and tags: this object and its content, the
    /// dictionary's node, its timer, and the headers of key and array.</summary>
    internal const int Overhead = 384;

    /// <summary>What a tag takes besides its characters: its link, and its share of the index.</summary>
    internal const int TagOverhead = 240;

    private readonly long _sliding; // ticks; 0: does not slide
    private long _limit;            // no read renews beyond it; under the monitor
    private long _deadline;         // written under the monitor, read without

    /// <param name="key">Its key.</param>
    /// <param name="entry">What the caller gave. Its bytes are copied, as the caller may use its array again, unless they are the
    /// entry's own.</param>
    /// <param name="clock">The store's clock.</param>
    internal MemoryEntry(string key, CacheEntry entry, StoreClock clock)
    {
        Key = key;
        Content = entry with
        {
            Value = entry.OwnsValue ? entry.Value : entry.Value.ToArray(),
            StoredAt = clock.Time.GetUtcNow(),
            Tags = TagsOf(entry),
        };
        Size = SizeOf(key, Content);
        _sliding = entry.SlidingTtl is { } sliding ? RoundUp(sliding).Ticks : 0;
        _limit = entry.Ttl is { } ttl ? clock.After(RoundUp(ttl)) : StoreClock.Never;
        _deadline = Slide(clock);
    }

    /// <summary>An entry that was there before.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">What readers are given, as it is.</param>
    /// <param name="life">When it ends.</param>
    internal MemoryEntry(string key, CacheEntry content, in EntryLife life)
    {
        Key = key;
        Content = content;
        Size = SizeOf(key, content);
        _sliding = content.SlidingTtl is { } sliding ? RoundUp(sliding).Ticks : 0;
        _limit = life.Limit;
        _deadline = life.Deadline;
    }

    /// <summary>Its key; in the end the same string as the dictionary's, which keeps the first one it was
    /// given.</summary>
    internal string Key { get; set; }

    /// <summary>What readers are given: immutable, so all may share it.</summary>
    internal CacheEntry Content { get; private set; }

    /// <summary>What it counts against the limit of bytes.</summary>
    internal long Size { get; }

    /// <summary>The moment its value is as of: of the write, or of the fence of the load that brought it. Written
    /// before it is published.</summary>
    internal long Stamp { get; set; }

    /// <summary>Whether it was read since the eviction hand passed. Racing writers all write true.</summary>
    internal bool Visited { get; set; }

    /// <summary>Whether the table has let go of it. Under the store's lock, like the links below.</summary>
    internal bool Removed { get; set; }

    internal MemoryEntry? Newer { get; set; }

    internal MemoryEntry? Older { get; set; }

    /// <summary>The first of its links to its tags.</summary>
    internal TagLink? Tagged { get; set; }

    /// <inheritdoc/>
    public int Timer { get; set; } = ExpiryWheel<MemoryEntry>.NoTimer;

    internal long Deadline => Volatile.Read(ref _deadline);

    internal static ImmutableArray<string> TagsOf(CacheEntry entry) => entry.Tags.IsDefault ? [] : entry.Tags;

    internal static long SizeOf(string key, CacheEntry entry)
    {
        var size = Overhead + (sizeof(char) * (long)key.Length) + entry.Value.Length;
        foreach (var tag in TagsOf(entry)) size += TagOverhead + (sizeof(char) * (long)tag.Length);
        return size;
    }

    /// <summary>The content, or null if it has expired; renews a sliding life and marks the visit.</summary>
    internal CacheEntry? Read(StoreClock clock)
    {
        if ((_sliding != 0 || clock.HasPassed(Deadline)) && !Touch(clock)) return null;
        if (!Visited) Visited = true; // tested first: a hot entry's cache line stays shared among the cores
        return Content;
    }

    internal bool IsLive(StoreClock clock)
    {
        if (!clock.HasPassed(Deadline)) return true;
        lock (this) return !clock.HasPassed(_deadline);
    }

    internal CacheTtl Remaining(StoreClock clock)
    {
        lock (this)
        {
            if (_deadline == StoreClock.Never) return CacheTtl.NoExpiry;
            var left = _deadline - clock.Now;
            return left <= 0 ? CacheTtl.Missing : CacheTtl.After(new TimeSpan(left));
        }
    }

    /// <summary>Starts a new life of <paramref name="ttl"/>, unless this one is over.</summary>
    internal bool TryRenew(TimeSpan ttl, StoreClock clock)
    {
        lock (this)
        {
            if (clock.HasPassed(_deadline)) return false;
            _limit = clock.After(RoundUp(ttl));
            Volatile.Write(ref _deadline, Slide(clock));
            Content = Content with { Ttl = ttl };
            return true;
        }
    }

    /// <summary>What it holds and when it ends, as of one moment.</summary>
    internal CacheEntry Look(out EntryLife life)
    {
        lock (this)
        {
            life = new(_limit, _deadline);
            return Content;
        }
    }

    /// <summary>Gives it a life that it had before. Only before anybody else uses the store.</summary>
    internal void Restore(TimeSpan ttl, in EntryLife life)
    {
        lock (this)
        {
            _limit = life.Limit;
            Volatile.Write(ref _deadline, life.Deadline);
            Content = Content with { Ttl = ttl };
        }
    }

    private bool Touch(StoreClock clock)
    {
        lock (this)
        {
            if (clock.HasPassed(_deadline)) return false;
            if (_sliding != 0) Volatile.Write(ref _deadline, Slide(clock));
            return true;
        }
    }

    private long Slide(StoreClock clock) =>
        _sliding == 0 ? _limit : Math.Min(_limit, clock.After(new TimeSpan(_sliding)));

    // Every backend counts whole milliseconds.
    private static TimeSpan RoundUp(TimeSpan span)
    {
        var over = span.Ticks % TimeSpan.TicksPerMillisecond;
        return over == 0 || span.Ticks > long.MaxValue - TimeSpan.TicksPerMillisecond
            ? span
            : new TimeSpan(span.Ticks - over + TimeSpan.TicksPerMillisecond);
    }
}

/// <summary>When an entry ends, as instants of the store's clock; <see cref="StoreClock.Never"/>: it does not.</summary>
/// <param name="Limit">No read renews it beyond this.</param>
/// <param name="Deadline">Without a read it ends here: at the limit, or before it if it slides.</param>
internal readonly record struct EntryLife(long Limit, long Deadline);
