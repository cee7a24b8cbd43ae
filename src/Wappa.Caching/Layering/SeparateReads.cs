namespace Wappa.Caching.Layering;

/// <summary>Entries and the time left, asked for separately.</summary>
/// <remarks>At once, so that a pipelined store answers both in one round trip, and in whatever order they are answered: had the entry
/// changed in between, that would be told and nothing kept.</remarks>
internal sealed class SeparateReads(ICacheStore store) : ITimedReads
{
    public async ValueTask<TimedEntry> GetTimedAsync(string key, CancellationToken cancellationToken = default)
    {
        var ttl = LifeAsync(key, cancellationToken);
        CacheEntry? entry;
        try
        {
            entry = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ttl.ConfigureAwait(false); // never fails
        }

        return new(entry, await ttl.ConfigureAwait(false));
    }

    public async ValueTask<IReadOnlyList<TimedEntry>> GetManyTimedAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        var ttls = Task.WhenAll(keys.Select(key => LifeAsync(key, cancellationToken)));
        IReadOnlyList<CacheEntry?> entries;
        try
        {
            entries = await store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ttls.ConfigureAwait(false);
        }

        var lives = await ttls.ConfigureAwait(false);
        return [.. entries.Select((entry, i) => new TimedEntry(entry, lives[i]))];
    }

    // The reader wants the entry. If only this fails, the entry is handed out and not kept.
    private async Task<CacheTtl> LifeAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetTtlAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is CacheStoreException or OperationCanceledException)
        {
            return CacheTtl.Missing;
        }
    }
}
