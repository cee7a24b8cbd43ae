using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Entries;

/// <summary>Does again what lines say, before anybody uses the store. Doing a part twice, in order, does no harm.</summary>
/// <remarks>An entry that has expired takes the place of its predecessor all the same: what was replaced must not come back. It
/// may have been renewed in time, which a later line says, so it is remembered, outside the table: there it would push out
/// entries that live.</remarks>
internal sealed class EntryReplay(MemoryCacheStore memory, DiskClock clock)
{
    private readonly EntryTable _table = memory.Table;
    private readonly Dictionary<string, (CacheEntry Content, long Line)> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _tagRemovals = new(StringComparer.Ordinal);
    private readonly List<(string Prefix, long Line)> _prefixRemovals = [];
    private long _line;

    /// <summary>Whether a line could not be read.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>Whether the disk has an entry that is too large for memory now.</summary>
    internal bool HasLeftOut { get; private set; }

    /// <summary>Whether an entry slides.</summary>
    internal bool HasSliding { get; private set; }

    /// <summary>How many removals by prefix there were.</summary>
    internal int Prefixes { get; private set; }

    /// <summary>Does what some lines say.</summary>
    internal void Apply(int count, ReadOnlySpan<byte> lines)
    {
        for (var i = 0; i < count; i++)
        {
            if (EntryLine.TryRead(ref lines, out var change))
            {
                Apply(change);
                continue;
            }

            // It may have removed or replaced anything, so nothing from before it can be trusted.
            HasFailed = true;
            Clear();
        }
    }

    /// <summary>Forgets everything: changes are missing here, and an entry that one of them removed must not come back.</summary>
    internal void Clear()
    {
        _ended.Clear();
        RemoveAll(static _ => true);
    }

    private void Apply(in EntryChange change)
    {
        _line++;
        switch (change.Act)
        {
            case EntryAct.Set: Set(change.Text, change.Content!, LifeOf(change)); break;
            case EntryAct.Renew: Renew(change.Text, change.Ttl, LifeOf(change)); break;
            case EntryAct.Remove: Remove(change.Text); break;
            case EntryAct.RemoveTag: RemoveTag(change.Text); break;
            case EntryAct.RemovePrefix:
                var prefix = change.Text;
                Prefixes++;
                if (_ended.Count > 0) _prefixRemovals.Add((prefix, _line));
                RemoveAll(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));
                break;
        }
    }

    private void Set(string key, CacheEntry content, in EntryLife life)
    {
        if (clock.Store.HasPassed(life.Deadline))
        {
            Remove(key);
            _ended[key] = (content, _line);
            return;
        }

        _ended.Remove(key);
        HasSliding |= content.SlidingTtl is not null;
        HasLeftOut |= !memory.Restore(new MemoryEntry(key, _table.HashOf(key), content, life));
    }

    private void Renew(string key, TimeSpan ttl, in EntryLife life)
    {
        if (_table.TryFind(key, out var entry))
        {
            if (clock.Store.HasPassed(life.Deadline))
            {
                Set(key, entry, life);
                return;
            }

            lock (_table.Gate)
            {
                if (!entry.Removed) _table.Restore(entry, ttl, life);
            }
        }
        else if (_ended.TryGetValue(key, out var ended) && !IsRemoved(key, ended.Content, ended.Line))
        {
            Set(key, ended.Content with { Ttl = ttl }, life);
        }
    }

    private bool IsRemoved(string key, CacheEntry content, long line) =>
        content.Tags.Any(tag => _tagRemovals.GetValueOrDefault(tag) > line) ||
        _prefixRemovals.Exists(removal => removal.Line > line && key.StartsWith(removal.Prefix, StringComparison.Ordinal));

    private void Remove(string key)
    {
        _ended.Remove(key);
        lock (_table.Gate)
        {
            if (_table.TryFind(key, out var entry)) _table.Remove(entry);
        }
    }

    private void RemoveTag(string tag)
    {
        if (_ended.Count > 0) _tagRemovals[tag] = _line;
        lock (_table.Gate)
        {
            while (_table.Tags.Oldest(tag) is { } entry) _table.Remove(entry);
        }
    }

    private void RemoveAll(Predicate<MemoryEntry> match)
    {
        lock (_table.Gate)
        {
            foreach (var (_, entry) in _table.All)
            {
                if (match(entry)) _table.Remove(entry);
            }
        }
    }

    private EntryLife LifeOf(in EntryChange change) => new(clock.FromDisk(change.Limit), clock.FromDisk(change.Deadline));
}
