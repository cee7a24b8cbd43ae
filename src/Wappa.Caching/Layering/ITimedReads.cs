namespace Wappa.Caching.Layering;

/// <summary>What a shared store of entries offers if it can tell the time left together with an entry, in the same round trip. One that
/// cannot is asked twice: see <see cref="SeparateReads"/>.</summary>
internal interface ITimedReads
{
    /// <summary>Reads one entry, like <see cref="ICacheStore.GetAsync"/>.</summary>
    ValueTask<TimedEntry> GetTimedAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Reads many, like <see cref="ICacheStore.GetManyAsync"/>.</summary>
    ValueTask<IReadOnlyList<TimedEntry>> GetManyTimedAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken = default);
}

/// <summary>An entry and how long it still lived at some instant after it was asked for.</summary>
/// <param name="Entry">Null: a miss.</param>
/// <param name="Ttl">Never more than is left, counted from the question. Missing if that is not known: then the entry is handed out and not
/// kept.</param>
internal readonly record struct TimedEntry(CacheEntry? Entry, CacheTtl Ttl);
