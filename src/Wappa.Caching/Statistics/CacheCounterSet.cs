using System.Collections.Concurrent;

namespace Wappa.Caching.Statistics;

/// <summary>The counters of all caches over one store, by name.</summary>
/// <param name="backend">The store's name in metrics.</param>
internal sealed class CacheCounterSet(string backend)
{
    private readonly ConcurrentDictionary<string, CacheCounters> _caches = new(StringComparer.Ordinal);

    internal IEnumerable<CacheCounters> All => _caches.Values;

    /// <summary>The counters of a cache, made and made known to the meter when first asked for.</summary>
    internal CacheCounters Of(string cache)
    {
        if (_caches.TryGetValue(cache, out var known)) return known;
        var made = new CacheCounters(cache, backend);
        var counters = _caches.GetOrAdd(cache, made);
        if (ReferenceEquals(counters, made)) CacheMeter.Watch(made);
        return counters;
    }
}
