using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Layering;

/// <summary>The entries kept in memory between two gaps: the memory store's table under its own limits.</summary>
/// <remarks>Finding takes no lock. All else is under the gate of the layer, which is taken before the table's.</remarks>
internal sealed class LocalEntries : IDisposable
{
    private readonly EntryTable _table;

    internal LocalEntries(LayerOptions options, StoreClock clock) => _table = new EntryTable(
        new MemoryStoreOptions { MaxEntries = options.MaxCount, MaxEntryBytes = options.MaxBytes }, clock);

    internal int Count
    {
        get
        {
            lock (_table.Gate) return _table.Count;
        }
    }

    internal long Bytes
    {
        get
        {
            lock (_table.Gate) return _table.Bytes;
        }
    }

    public void Dispose() => _table.Dispose();

    /// <summary>Finds what is kept; null: L2 has to be asked. Any thread.</summary>
    internal CacheEntry? Find(ReadOnlySpan<char> key) => _table.Read(key);

    /// <summary>Keeps an entry as L2 gave it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Without a sliding life.</param>
    /// <param name="until">The instant from which L2 is asked again.</param>
    internal void Put(string key, CacheEntry content, long until)
    {
        var entry = new MemoryEntry(key, _table.HashOf(key), content, new EntryLife(until, until));
        lock (_table.Gate) _table.Put(entry);
    }

    internal void Remove(string key)
    {
        lock (_table.Gate)
        {
            if (_table.TryFind(key, out var entry)) _table.Remove(entry);
        }
    }

    internal void RemoveTagged(string tag)
    {
        lock (_table.Gate)
        {
            while (_table.Tags.Oldest(tag) is { } entry) _table.Remove(entry);
        }
    }

    internal void RemovePrefixed(string prefix)
    {
        foreach (var (key, entry) in _table.All)
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            lock (_table.Gate)
            {
                if (!entry.Removed) _table.Remove(entry);
            }
        }
    }
}
