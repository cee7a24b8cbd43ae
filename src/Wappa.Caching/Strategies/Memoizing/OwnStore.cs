namespace Wappa.Caching.Memoizing;

/// <summary>A store in memory that one cache has for itself.</summary>
internal sealed class OwnStore : IDisposable
{
    private readonly MemoryCacheStore _store;

    internal OwnStore(int maxEntries, TimeProvider? time)
    {
        _store = new MemoryCacheStore(new MemoryStoreOptions { MaxEntries = maxEntries, MaxEntryBytes = null }, time);
        Context = new CacheStrategyContext(_store, time: time);
    }

    internal CacheStrategyContext Context { get; }

    public void Dispose() => _store.Dispose();
}
