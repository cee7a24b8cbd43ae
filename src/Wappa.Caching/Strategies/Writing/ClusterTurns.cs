using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Writing;

/// <summary>The turns of writers of all nodes, where the policy asks for them and the store has locks all nodes see.</summary>
internal sealed class ClusterTurns(CacheStrategyContext context, CacheCounters counters)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly ICacheLocks? _locks = context.Store.Find<ICacheLocks>();

    /// <summary>Takes the turn; if there is no lock, or the wait for it is too long, the write goes on without.</summary>
    internal async ValueTask<ClusterTurn> TakeAsync(string key, CacheEntryPolicy policy, CancellationToken cancellationToken)
    {
        if (_locks is null || !policy.ClusterLock) return default;

        // Another name than a load's: an update loads while it writes.
        var taking = _locks.TakeAsync(key + ":write", Lease, policy.HardTimeout ?? Lease, cancellationToken).AsTask();
        try
        {
            var longest = (policy.HardTimeout ?? Lease) + (policy.StoreTimeout ?? Lease);
            var held = await taking.WaitAsync(longest, context.Time, cancellationToken).ConfigureAwait(false);
            if (held is null) StrategyWriteLog.WrittenWithoutLock(context.Logger, null, counters.Cache);
            return new(held, policy.StoreTimeout ?? Lease, context.Time);
        }
        catch (Exception error) when (error is CacheStoreException or TimeoutException)
        {
            StrategyWriteLog.WrittenWithoutLock(context.Logger, error, counters.Cache);
            _ = LetGoAsync(taking);
            return default;
        }
        catch (OperationCanceledException)
        {
            _ = LetGoAsync(taking);
            throw;
        }
    }

    // A lock that is given after all belongs to nobody, and would be renewed for ever.
    private static async Task LetGoAsync(Task<ILoadLock?> taking)
    {
        await ((Task)taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!taking.IsCompletedSuccessfully || await taking.ConfigureAwait(false) is not { } late) return;
        await new ClusterTurn(late, Timeout.InfiniteTimeSpan, TimeProvider.System).DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>A turn among all nodes, or none.</summary>
internal readonly struct ClusterTurn(ILoadLock? held, TimeSpan patience, TimeProvider time) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (held is null) return;

        // The write stands whatever becomes of the lock; one that cannot be given back ends with its lease.
        await held.DisposeAsync().AsTask().WaitAsync(patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
