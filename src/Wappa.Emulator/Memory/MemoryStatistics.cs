using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.Statistics;

namespace Wappa.Emulator;

/// <summary>What the app asks of its memory: the store of records, the store of entries, and each cache over that.</summary>
internal sealed class MemoryStatistics(IServiceProvider services, string backend)
{
    private readonly RecordTraffic _traffic = services.GetRequiredService<RecordTraffic>();

    internal async ValueTask<object> ViewAsync(CancellationToken cancellationToken) => new
    {
        backend,
        records = _traffic.View(),
        entries = await EntriesAsync(cancellationToken).ConfigureAwait(false),
        caches = services.GetService<CacheStrategyContext>()?.Statistics.All.OrderBy(static cache => cache.Cache)
            .Select(static cache => new
            {
                name = cache.Cache,
                hits = cache.Total(CacheCount.Hits) + cache.Total(CacheCount.StaleHits),
                misses = cache.Total(CacheCount.Misses),
                loads = cache.Total(CacheCount.Loads),
                sets = cache.Total(CacheCount.Sets),
                deletes = cache.Total(CacheCount.Deletes),
            }) ?? [],
    };

    // An app may register a store of entries past the counting.
    private async ValueTask<CacheStoreStatistics?> EntriesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var manager = services.GetService<CacheManager>();
            return manager is null ? null : await manager.GetStatsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
