using Microsoft.Extensions.Logging;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>The store as reads and loads see it: it answers in time or counts as failed, and a failure is logged and counted before
/// it becomes "no answer" - or, in strict mode, an exception.</summary>
internal sealed class StoreReads(CacheStrategyContext context, CacheCounters counters)
{
    private readonly ICacheStore _store = context.Store;
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
            var within = WithinAsync(operation, argument, policy.StoreTimeout, cancellationToken);
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

    // The store is told to stop, and is not waited for if it does not: it may be a client that ignores its token.
    private async ValueTask<TResult> WithinAsync<TArgument, TResult>(
        Func<ICacheStore, TArgument, CancellationToken, ValueTask<TResult>> operation, TArgument argument, TimeSpan? limit,
        CancellationToken cancellationToken)
    {
        if (limit is not { } timeout) return await operation(_store, argument, cancellationToken).ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(timeout, context.Time);
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var answer = operation(_store, argument, deadline.Token);
        if (answer.IsCompletedSuccessfully) return answer.Result;
        var task = answer.AsTask();
        await ((Task)task).WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (!deadline.IsCancellationRequested || task.IsCompletedSuccessfully) return await task.ConfigureAwait(false);
        _ = task.ContinueWith(
            static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // seen
        throw new CacheStoreTimeoutException(
            $"The {_store.Backend} store did not answer within {timeout}, the policy's {nameof(CacheEntryPolicy.StoreTimeout)}.");
    }
}

/// <summary>What the store said, if it said anything.</summary>
internal readonly record struct Answer<T>(bool IsThere, T Value);
