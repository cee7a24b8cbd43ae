namespace Wappa.Caching.Tests.Memory;

/// <summary>What a store of entries means, written without any thought of speed; one caller at a time.</summary>
internal sealed class NaiveCacheStore(TimeProvider time)
{
    private readonly Dictionary<string, Item> _items = [];
    private readonly List<(long At, Func<string, CacheEntry, bool> Beats)> _beats = [];
    private long _count;

    private DateTimeOffset Now => time.GetUtcNow();

    internal CacheEntry? Get(string key)
    {
        if (Live(key) is not { } item) return null;
        item.ReadAt = Now;
        return item.Entry;
    }

    internal void Set(string key, CacheEntry entry)
    {
        Beat((other, _) => other == key);
        Store(key, entry, ++_count);
    }

    internal bool Add(string key, CacheEntry entry)
    {
        if (Live(key) is not null) return false;
        Set(key, entry);
        return true;
    }

    internal bool Remove(string key)
    {
        Beat((other, _) => other == key);
        var was = Live(key) is not null;
        _items.Remove(key);
        return was;
    }

    internal void RemoveByTag(string tag)
    {
        Beat((_, entry) => entry.Tags.Contains(tag));
        foreach (var key in _items.Where(pair => pair.Value.Entry.Tags.Contains(tag)).Select(pair => pair.Key).ToList())
            _items.Remove(key);
    }

    internal long RemoveByPrefix(string prefix)
    {
        Beat((other, _) => other.StartsWith(prefix, StringComparison.Ordinal));
        var keys = _items.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return keys.Count(key => Live(key) is not null & _items.Remove(key));
    }

    internal CacheTtl GetTtl(string key) =>
        Live(key) is not { } item ? CacheTtl.Missing
        : item.ExpiresAt is { } expiry ? CacheTtl.After(expiry - Now)
        : CacheTtl.NoExpiry;

    internal bool Renew(string key, TimeSpan ttl)
    {
        if (Live(key) is not { } item) return false;
        item.Entry = item.Entry with { Ttl = ttl };
        item.LivesFrom = item.ReadAt = Now;
        return true;
    }

    internal LoadFence BeginLoad() => new(++_count);

    internal bool MayComplete(string key, CacheEntry entry, LoadFence fence) =>
        !_beats.Any(beat => beat.At > fence.Stamp && beat.Beats(key, entry)) && !(Live(key)?.Stamp > fence.Stamp);

    internal void Store(string key, CacheEntry entry, long stamp) =>
        _items[key] = new Item { Entry = entry with { StoredAt = Now }, Stamp = stamp, LivesFrom = Now, ReadAt = Now };

    private void Beat(Func<string, CacheEntry, bool> beats) => _beats.Add((++_count, beats));

    private Item? Live(string key) =>
        _items.TryGetValue(key, out var item) && !(item.ExpiresAt <= Now) ? item : null;

    private sealed class Item
    {
        internal required CacheEntry Entry { get; set; }

        internal required long Stamp { get; init; }

        internal required DateTimeOffset LivesFrom { get; set; }

        internal required DateTimeOffset ReadAt { get; set; }

        internal DateTimeOffset? ExpiresAt
        {
            get
            {
                var end = LivesFrom + Entry.Ttl;
                var slid = ReadAt + Entry.SlidingTtl;
                return end is null ? slid : slid is null || end < slid ? end : slid;
            }
        }
    }
}
