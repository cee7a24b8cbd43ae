namespace Wappa.Caching.Memoizing;

/// <summary>A store in memory that one cache has for itself. Beyond its bound the entry used longest ago goes: among a hundred entries
/// there is too little to count for a policy that goes by how often they are used.</summary>
internal sealed class OwnStore : IDisposable
{
    private readonly MemoryCacheStore _store;

    internal OwnStore(int maxEntries, TimeProvider? time)
    {
        _store = new MemoryCacheStore(
            new MemoryStoreOptions { MaxEntries = maxEntries, MaxEntryBytes = null, KeepsLatestUsed = true }, time);
        Context = new CacheStrategyContext(_store, time: time);
    }

    internal CacheStrategyContext Context { get; }

    public void Dispose() => _store.Dispose();
}
