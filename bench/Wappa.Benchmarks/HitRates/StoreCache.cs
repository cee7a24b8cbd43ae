using Wappa.Benchmarks.Harness;
using Wappa.Caching;

namespace Wappa.Benchmarks.HitRates;

/// <summary>Our store itself, read and filled as an application does it.</summary>
internal sealed class StoreCache : ISimulatedCache, IDisposable
{
    private readonly MemoryCacheStore _store;
    private readonly string[] _names;
    private readonly Func<int, int> _valueSize;

    public StoreCache(Room room, int[]? sizes, string[] names)
    {
        _store = new MemoryCacheStore(new MemoryStoreOptions
        {
            MaxEntries = sizes is null ? room.Limit : null,
            MaxEntryBytes = sizes is null ? null : room.Limit,
            HashSeed = 7,
        });
        _names = names;
        _valueSize = key => sizes?[key] ?? 0;
    }

    public bool Ask(int key)
    {
        if (_store.GetAsync(_names[key]).AtOnce() is not null) return true;
        return _store.SetAsync(_names[key], new CacheEntry(new byte[_valueSize(key)])).AtOnce()
            ? false
            : throw new InvalidOperationException("Nothing here may wait.");
    }

    public void Dispose() => _store.Dispose();
}
