using Wappa.Caching.Memoizing;

namespace Wappa.Caching;

/// <summary>A bounded cache in this process's memory whose entries expire: 100 entries of 600 seconds, unless said otherwise. It has a
/// store of its own, so that its bound is its own.</summary>
/// <typeparam name="TKey">The key; two are one if their JSON is, see <see cref="KeyedCache{TKey, T}"/>.</typeparam>
/// <typeparam name="T">The value.</typeparam>
public class ExpiringCache<TKey, T> : KeyedCache<TKey, T>, IDisposable
    where TKey : notnull
{
    private readonly OwnStore _own;

    /// <summary>An empty cache.</summary>
    /// <param name="name">Its name in metrics, 1 to 256 characters.</param>
    /// <param name="maxEntries">The most entries, 1 or more; beyond it the one used longest ago goes. Default: 100.</param>
    /// <param name="ttl">Time to live, above zero; <see cref="Timeout.InfiniteTimeSpan"/>: until removed or evicted. Default: 600
    /// seconds.</param>
    /// <param name="version">Which version a value is. Default: versions are not looked at.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    public ExpiringCache(
        string name, int maxEntries = 100, TimeSpan? ttl = null, Func<T, long>? version = null, TimeProvider? time = null)
        : this(new OwnStore(maxEntries, time), name, ttl ?? TimeSpan.FromSeconds(600), version)
    {
    }

    private ExpiringCache(OwnStore own, string name, TimeSpan ttl, Func<T, long>? version)
        : base(own.Context, name, CacheEntryPolicy.Default with { Ttl = ttl == Timeout.InfiniteTimeSpan ? null : ttl }, version) =>
        _own = own;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back.</summary>
    /// <param name="isDisposing">Whether it is asked for.</param>
    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing) _own.Dispose();
    }
}
