using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>The cluster's lock around a load. It saves work only, so a load goes on without it when it cannot be had.</summary>
internal sealed class LoadLocks(ICacheLocks locks, StoreReads store, TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <returns>Null: the load goes on without it.</returns>
    internal async ValueTask<ILoadLock?> TakeAsync(LoadFlight flight)
    {
        var policy = flight.Policy;

        // Half of the time the load has: the other half is left to load without the lock.
        var patience = policy.HardTimeout is { } hard ? hard / 2 : LongestWait;
        var taking = locks.TakeAsync(flight.Key, Lease, patience, flight.Token).AsTask();
        try
        {
            var answer = policy.StoreTimeout is { } timeout ? patience + timeout : Timeout.InfiniteTimeSpan;
            return await taking.WaitAsync(answer, time, flight.Token).ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            store.Fail(error, "lock", policy);
        }
        catch (TimeoutException error) when (!taking.IsCompleted)
        {
            _ = LetGoAsync(taking);
            store.Fail(new CacheStoreTimeoutException("The store's lock was neither given nor refused in time.", error), "lock", policy);
        }
        catch (OperationCanceledException) when (!taking.IsCompleted)
        {
            _ = LetGoAsync(taking);
            throw;
        }

        return null;
    }

    // One that comes after all would be renewed for ever.
    private static async Task LetGoAsync(Task<ILoadLock?> taking)
    {
        await ((Task)taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!taking.IsCompletedSuccessfully) return;
        if (await taking.ConfigureAwait(false) is { } late) await late.DisposeAsync().ConfigureAwait(false);
    }
}
