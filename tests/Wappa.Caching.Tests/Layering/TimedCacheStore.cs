using Wappa.Caching.Layering;

namespace Wappa.Caching.Tests.Layering;

/// <summary>A shared store that tells the time left together with each entry.</summary>
internal sealed class TimedCacheStore(MemoryCacheStore inner, Action<Action<IEntryChangeListener>> tell)
    : ToldCacheStore(inner, tell), ITimedReads
{
    private readonly MemoryCacheStore _inner = inner;

    public async ValueTask<TimedEntry> GetTimedAsync(string key, CancellationToken cancellationToken = default)
    {
        var ttl = await _inner.GetTtlAsync(key, cancellationToken);
        return new(await GetAsync(key, cancellationToken), ttl);
    }

    public async ValueTask<IReadOnlyList<TimedEntry>> GetManyTimedAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        var ttls = new List<CacheTtl>();
        foreach (var key in keys) ttls.Add(await _inner.GetTtlAsync(key, cancellationToken));
        var entries = await GetManyAsync(keys, cancellationToken);
        return [.. entries.Select((entry, i) => new TimedEntry(entry, ttls[i]))];
    }

    /// <summary>Of the callers; the layer itself has no need to ask.</summary>
    public override ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("The time left was told with the entry.");
}
