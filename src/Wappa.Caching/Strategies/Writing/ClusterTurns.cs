using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Writing;

/// <summary>The turns of writers of all nodes, where the policy asks for them and the store has locks all nodes see.</summary>
internal sealed class ClusterTurns(CacheStrategyContext context, CacheCounters counters)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly ICacheLocks? _locks = context.Store as ICacheLocks;

    /// <summary>Takes the turn; if there is no lock, or the wait for it is too long, the write goes on without.</summary>
    internal async ValueTask<ClusterTurn> TakeAsync(string key, CacheEntryPolicy policy, CancellationToken cancellationToken)
    {
        if (_locks is null || !policy.ClusterLock) return default;
        try
        {
            // Another name than a load's: an update loads while it writes.
            var held = await _locks.TakeAsync(key + ":write", Lease, policy.HardTimeout ?? Lease, cancellationToken).ConfigureAwait(false);
            if (held is null) StrategyWriteLog.WrittenWithoutLock(context.Logger, null, counters.Cache);
            return new(held);
        }
        catch (CacheStoreException error)
        {
            StrategyWriteLog.WrittenWithoutLock(context.Logger, error, counters.Cache);
            return default;
        }
    }
}

/// <summary>A turn among all nodes, or none.</summary>
internal readonly struct ClusterTurn(ILoadLock? held) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (held is null) return;
        try
        {
            await held.DisposeAsync().ConfigureAwait(false);
        }
        catch (CacheStoreException)
        {
            // The write stands; the lock ends with its lease.
        }
    }
}
