using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;

namespace Wappa.Caching.Writing;

/// <summary>The cache as those see it whose write stands already, in a database or a queue: an entry is stored, or it is removed, now or
/// soon; it never stays as it was because the store failed.</summary>
/// <param name="context">The store and what else strategies share.</param>
/// <param name="counters">The cache's.</param>
/// <param name="detach">Says that a key has changed: no later caller joins a load that has begun.</param>
internal sealed class StoreWrites(CacheStrategyContext context, CacheCounters counters, Action<string> detach)
{
    private readonly StoreChanges _changes = new(context, counters);
    private readonly EntryRepairs _repairs = new(context, counters, new StoreChanges(context, counters));

    /// <summary>Whether the store may hold an entry that should have been removed.</summary>
    internal bool IsDoubtful(string key) => _repairs.Contains(key);

    /// <summary>Stores an entry, or removes what is there.</summary>
    /// <returns>Why it was not stored; null: it was.</returns>
    internal async ValueTask<CacheStoreException?> SetAsync(string key, CacheEntry entry, CacheEntryPolicy policy)
    {
        try
        {
            await _changes.WithinAsync(
                (store, token) => store.SetAsync(key, entry, token), policy.StoreTimeout,
                () => RemoveAsync(key, policy).AsTask(), CancellationToken.None).ConfigureAwait(false);
            counters.Add(CacheCount.Sets);
            _repairs.End(key);
            return null;
        }
        catch (CacheStoreException error)
        {
            Report(error, "set after a write");
            await RemoveAsync(key, policy).ConfigureAwait(false);
            return error;
        }
        catch
        {
            await RemoveAsync(key, policy).ConfigureAwait(false); // a bug of the store's or an entry it does not take; the write stands
            throw;
        }
        finally
        {
            detach(key);
        }
    }

    /// <summary>Removes an entry: at once, or as soon as the store works again.</summary>
    /// <returns>Why it was not removed at once; null: it was.</returns>
    internal async ValueTask<CacheStoreException?> RemoveAsync(string key, CacheEntryPolicy policy)
    {
        try
        {
            await _changes.RemoveAsync(key, policy, CancellationToken.None).ConfigureAwait(false);
            _repairs.End(key);
            return null;
        }
        catch (CacheStoreException error)
        {
            Report(error, "remove after a write");
            _repairs.Begin(key, policy);
            return error;
        }
        catch
        {
            _repairs.Begin(key, policy); // a bug of the store's is the caller's to see, and the entry must go all the same
            throw;
        }
        finally
        {
            detach(key);
        }
    }

    private void Report(CacheStoreException error, string operation)
    {
        CachingMeter.CountError(context.Store.Backend, CachingMeter.Entries, error);
        counters.Add(CacheCount.StoreFailures);
        StrategyLog.StoreFailed(context.Logger, error, context.Store.Backend, counters.Cache, operation);
    }
}
