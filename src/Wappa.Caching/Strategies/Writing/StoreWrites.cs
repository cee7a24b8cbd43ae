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
    private readonly EntryRepairs _repairs = new(context, counters);

    /// <summary>Whether the store may hold an entry that should have been removed.</summary>
    internal bool IsDoubtful(string key) => _repairs.Contains(key);

    /// <summary>Stores an entry, or removes what is there.</summary>
    /// <returns>Why it was not stored; null: it was.</returns>
    internal async ValueTask<CacheStoreException?> SetAsync(string key, CacheEntry entry, CacheEntryPolicy policy)
    {
        try
        {
            await WithinAsync(
                static (store, write, token) => store.SetAsync(write.key, write.entry, token).AsTask(), (key, entry), key, policy)
                .ConfigureAwait(false);
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
            await WithinAsync(
                static (store, key, token) => store.RemoveAsync(key, token).AsTask(), key, lateKey: null, policy).ConfigureAwait(false);
            _repairs.End(key);
            return null;
        }
        catch (CacheStoreException error)
        {
            Report(error, "remove after a write");
            _repairs.Begin(key, policy);
            return error;
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

    private async ValueTask WithinAsync<TArgument>(
        Func<ICacheStore, TArgument, CancellationToken, Task> operation, TArgument argument, string? lateKey, CacheEntryPolicy policy)
    {
        using var deadline = policy.StoreTimeout is { } timeout ? new CancellationTokenSource(timeout, context.Time) : null;
        var token = deadline?.Token ?? CancellationToken.None;
        Task? work = null;
        try
        {
            work = operation(context.Store, argument, token);
            await work.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            if (work is { IsCompleted: false }) _ = SeeLateAsync(work, lateKey, policy);
            throw new CacheStoreTimeoutException(
                $"The {context.Store.Backend} store did not take a change within {policy.StoreTimeout}, the policy's " +
                $"{nameof(CacheEntryPolicy.StoreTimeout)}.", error);
        }
    }

    // A set that was given up and lands all the same may put an old value over the one a later writer has stored.
    private async Task SeeLateAsync(Task late, string? key, CacheEntryPolicy policy)
    {
        await late.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (key is not null && late.IsCompletedSuccessfully) await RemoveAsync(key, policy).ConfigureAwait(false);
    }
}
