namespace Wappa.Caching;

/// <summary>Entries in this process's memory.</summary>
public sealed class MemoryCacheStore
{
    /// <summary>An empty store.</summary>
    public MemoryCacheStore(MemoryStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
    }
}
