using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Entries;

/// <summary>Does again what lines say, before anybody uses the store. Doing a part twice, in order, does no harm.</summary>
/// <remarks>An entry that has expired takes the place of its predecessor all the same: what was replaced must not come
/// back.</remarks>
internal sealed class EntryReplay(MemoryCacheStore memory, DiskClock clock)
{
    private readonly EntryTable _table = memory.Table;

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
    internal void Clear() => RemoveAll(static _ => true);

    private void Apply(in EntryChange change)
    {
        switch (change.Act)
        {
            case EntryAct.Set: Set(change); break;
            case EntryAct.Renew: Renew(change); break;
            case EntryAct.Remove: Remove(change.Text); break;
            case EntryAct.RemoveTag: RemoveTag(change.Text); break;
            case EntryAct.RemovePrefix:
                var prefix = change.Text;
                Prefixes++;
                RemoveAll(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));
                break;
        }
    }

    private void Set(in EntryChange change)
    {
        var life = LifeOf(change);
        if (clock.Store.HasPassed(life.Deadline))
        {
            Remove(change.Text);
            return;
        }

        HasSliding |= change.Content!.SlidingTtl is not null;
        HasLeftOut |= !memory.Restore(new MemoryEntry(change.Text, change.Content, life));
    }

    private void Renew(in EntryChange change)
    {
        var life = LifeOf(change);
        lock (_table.Gate)
        {
            if (!_table.TryFind(change.Text, out var entry)) return;
            if (clock.Store.HasPassed(life.Deadline))
            {
                _table.Remove(entry);
                return;
            }

            entry.Restore(change.Ttl, life);
            _table.SetTimer(entry);
        }
    }

    private void Remove(string key)
    {
        lock (_table.Gate)
        {
            if (_table.TryFind(key, out var entry)) _table.Remove(entry);
        }
    }

    private void RemoveTag(string tag)
    {
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
