using Microsoft.Extensions.Logging;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>The store as reads and loads see it: it answers in time or counts as failed, and a failure is logged and counted before
/// it becomes "no answer" - or, in strict mode, an exception.</summary>
internal sealed class StoreReads(CacheStrategyContext context, CacheCounters counters)
{
    private readonly ICacheStore _store = context.Store;
    private readonly string _name = $"{context.Store.Backend} store";
    private readonly bool _neverWaits = context.Store is IInstantEntries { NeverWaits: true };

    internal ValueTask<Answer<CacheEntry?>> GetAsync(string key, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        AskAsync(static (store, key, token) => store.GetAsync(key, token), key, "get", policy, cancellationToken);

    internal ValueTask<Answer<IReadOnlyList<CacheEntry?>>> GetManyAsync(
        IReadOnlyList<string> keys, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        AskAsync(static (store, keys, token) => store.GetManyAsync(keys, token), keys, "get many", policy, cancellationToken);

    internal ValueTask<Answer<LoadFence>> BeginLoadAsync(string key, CacheEntryPolicy policy) =>
        AskAsync(static (store, key, token) => store.BeginLoadAsync(key, token), key, "begin load", policy, CancellationToken.None);

    internal ValueTask<Answer<bool>> CompleteLoadAsync(string key, CacheEntry entry, LoadFence fence, CacheEntryPolicy policy) =>
        AskAsync(
            static (store, load, token) => store.CompleteLoadAsync(load.key, load.entry, load.fence, token),
            (key, entry, fence), "complete load", policy, CancellationToken.None);

    /// <summary>What to do about a failure: log and count it, and throw it only in strict mode.</summary>
    internal void Fail(CacheStoreException error, string operation, CacheEntryPolicy policy)
    {
        CachingMeter.CountError(_store.Backend, CachingMeter.Entries, error);
        counters.Add(CacheCount.StoreFailures);
        StrategyLog.StoreFailed(context.Logger, error, _store.Backend, counters.Cache, operation);
        if (policy.Strict) throw error;
    }

    private ValueTask<Answer<TResult>> AskAsync<TArgument, TResult>(
        Func<ICacheStore, TArgument, CancellationToken, ValueTask<TResult>> operation, TArgument argument, string name,
        CacheEntryPolicy policy, CancellationToken cancellationToken)
    {
        if (!_neverWaits)
        {
            var within = new StoreDeadline(_name, policy.StoreTimeout, nameof(policy.StoreTimeout), context.Time).WithinAsync(
                static (question, token) => question.operation(question.store, question.argument, token),
                (operation, store: _store, argument), cancellationToken);
            return AnswerAsync(within, name, policy, cancellationToken);
        }

        ValueTask<TResult> asked;
        try
        {
            asked = operation(_store, argument, cancellationToken);
        }
        catch (Exception error) when (error is CacheStoreException or OperationCanceledException)
        {
            asked = ValueTask.FromException<TResult>(error);
        }

        return asked.IsCompletedSuccessfully
            ? new(new Answer<TResult>(true, asked.Result))
            : AnswerAsync(asked, name, policy, cancellationToken);
    }

    private async ValueTask<Answer<TResult>> AnswerAsync<TResult>(
        ValueTask<TResult> asked, string name, CacheEntryPolicy policy, CancellationToken cancellationToken)
    {
        try
        {
            return new(true, await asked.ConfigureAwait(false));
        }
        catch (CacheStoreException error)
        {
            Fail(error, name, policy);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(new CacheStoreUnavailableException($"The {_store.Backend} store gave up by itself.", error), name, policy);
        }

        return default;
    }
}

/// <summary>What the store said, if it said anything.</summary>
internal readonly record struct Answer<T>(bool IsThere, T Value);
