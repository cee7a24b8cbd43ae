using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Writing;

/// <summary>The store as those see it who change it: it takes a change in time, or they are told that nobody knows whether it did. It is
/// told to stop and not waited for if it does not, as it may be a client that ignores its token.</summary>
internal sealed class StoreChanges(CacheStrategyContext context, CacheCounters counters)
{
    private const int EntriesPerTimeout = 1_000;

    private readonly ICacheStore _store = context.Store;
    private readonly string _name = $"{context.Store.Backend} store";
    private readonly bool _neverWaits = context.Store is IInstantEntries { NeverWaits: true };

    internal ValueTask SetAsync(string key, CacheEntry entry, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        _neverWaits ? _store.SetAsync(key, entry, cancellationToken) : SetInTimeAsync(key, entry, policy, cancellationToken);

    /// <summary>Sets many entries, within one deadline for each thousand of them.</summary>
    internal ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        new(WithinAsync(
            (store, token) => store.SetManyAsync(entries, token), policy.StoreTimeout * (1 + (entries.Count / EntriesPerTimeout)),
            () => TakeBackAsync(entries.Select(static entry => entry.Key), policy), cancellationToken));

    internal ValueTask<bool> RemoveAsync(string key, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        _neverWaits ? _store.RemoveAsync(key, cancellationToken) : RemoveInTimeAsync(key, policy, cancellationToken);

    /// <summary>Removes what carries a tag. That may be any number of entries, so the store has as long as a load.</summary>
    internal ValueTask RemoveByTagAsync(string tag, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        new(WithinAsync(
            (store, token) => store.RemoveByTagAsync(tag, token), policy.HardTimeout, whenLate: null, cancellationToken));

    /// <summary>Removes what begins with a prefix. The store looks at every key for that, so it has as long as a load.</summary>
    internal ValueTask<long> RemoveByPrefixAsync(string prefix, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        AnswerAsync((store, token) => store.RemoveByPrefixAsync(prefix, token), policy.HardTimeout, cancellationToken);

    /// <summary>Has the store make a change.</summary>
    /// <param name="change">Begins it.</param>
    /// <param name="timeout">How long it may take; null: as long as it does.</param>
    /// <param name="whenLate">What is done when a change that was given up lands after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CacheStoreTimeoutException">It took too long; it may have its effect all the same.</exception>
    internal async Task WithinAsync(
        Func<ICacheStore, CancellationToken, ValueTask> change, TimeSpan? timeout, Func<Task>? whenLate,
        CancellationToken cancellationToken)
    {
        if (_neverWaits)
        {
            await change(_store, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            Action<Task>? abandoned = whenLate is null ? null : late => _ = SeeLateAsync(late, whenLate);
            await Deadline(timeout).WithinAsync(change, _store, cancellationToken, abandoned).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw GaveUp(error);
        }
    }

    // Methods of their own: a lambda that captures costs its method an object also where it is not reached.
    private ValueTask SetInTimeAsync(string key, CacheEntry entry, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        new(WithinAsync(
            (store, token) => store.SetAsync(key, entry, token), policy.StoreTimeout, () => TakeBackAsync([key], policy),
            cancellationToken));

    private ValueTask<bool> RemoveInTimeAsync(string key, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        AnswerAsync((store, token) => store.RemoveAsync(key, token), policy.StoreTimeout, cancellationToken);

    private async ValueTask<TAnswer> AnswerAsync<TAnswer>(
        Func<ICacheStore, CancellationToken, ValueTask<TAnswer>> change, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (_neverWaits) return await change(_store, cancellationToken).ConfigureAwait(false);
        try
        {
            return await Deadline(timeout).WithinAsync(change, _store, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw GaveUp(error);
        }
    }

    private StoreDeadline Deadline(TimeSpan? timeout) => new(_name, timeout, "policy's limit for a change", context.Time);

    private CacheStoreUnavailableException GaveUp(OperationCanceledException error) =>
        new($"The {_name} gave up by itself.", error, outcomeUnknown: true);

    // One that lands later may put an old value over the one that another has stored since.
    private static async Task SeeLateAsync(Task late, Func<Task>? whenLate)
    {
        await late.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (whenLate is not null && late.IsCompletedSuccessfully) await whenLate().ConfigureAwait(false);
    }

    private async Task TakeBackAsync(IEnumerable<string> keys, CacheEntryPolicy policy)
    {
        try
        {
            foreach (var key in keys) await RemoveAsync(key, policy, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            counters.Add(CacheCount.StoreFailures);
            StrategyLog.StoreFailed(context.Logger, error, _store.Backend, counters.Cache, "remove what was set too late");
        }
    }
}
