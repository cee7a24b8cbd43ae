namespace Wappa.Caching.Stores;

/// <summary>How long a call of a store may take. The store is told to stop, and is not waited for if it does not: it may be a client that
/// ignores its token.</summary>
/// <param name="store">What the store is, for the error: <c>redis store</c>.</param>
/// <param name="timeout">How long; null: as long as the store lets it, unless the caller gives up.</param>
/// <param name="option">What the time is called where it is set, for the error.</param>
/// <param name="time">The clock.</param>
internal readonly struct StoreDeadline(string store, TimeSpan? timeout, string option, TimeProvider time)
{
    /// <summary>The deadline of a store of entries; none if no operation of it ever waits.</summary>
    internal static StoreDeadline Of(ICacheStore store, TimeSpan? timeout, string option, TimeProvider time) =>
        new($"{store.Backend} store", store is IInstantEntries { NeverWaits: true } ? null : timeout, option, time);

    /// <summary>The same for calls without a result.</summary>
    internal async ValueTask WithinAsync<TArgument>(
        Func<TArgument, CancellationToken, ValueTask> call, TArgument argument, CancellationToken cancellationToken,
        Action<Task>? abandoned = null) =>
        await WithinAsync(
            static async (work, token) =>
            {
                await work.call(work.argument, token).ConfigureAwait(false);
                return true;
            },
            (call, argument), cancellationToken, abandoned).ConfigureAwait(false);

    /// <summary>Calls, and waits so long.</summary>
    /// <param name="call">The call.</param>
    /// <param name="argument">What it is given.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="abandoned">Is given a call that is not waited for any more and still runs.</param>
    /// <exception cref="CacheStoreTimeoutException">It took longer; it may have its effect all the same, now or later.</exception>
    internal async ValueTask<TResult> WithinAsync<TArgument, TResult>(
        Func<TArgument, CancellationToken, ValueTask<TResult>> call, TArgument argument, CancellationToken cancellationToken,
        Action<Task<TResult>>? abandoned = null)
    {
        using var deadline = timeout is { } span ? new CancellationTokenSource(span, time) : null;
        using var stop = deadline is null
            ? default
            : cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var token = deadline?.Token ?? cancellationToken;
        var answer = call(argument, token);
        if (answer.IsCompletedSuccessfully) return answer.Result;
        var task = answer.AsTask();
        await ((Task)task).WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully || !token.IsCancellationRequested) return await task.ConfigureAwait(false);
        if (!task.IsCompleted)
        {
            abandoned?.Invoke(task);
            _ = task.ContinueWith(
                static late => late.Exception, CancellationToken.None, // so that it counts as seen
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (task.IsFaulted) return await task.ConfigureAwait(false);
        throw new CacheStoreTimeoutException($"The {store} did not answer within {timeout}, its {option}.");
    }
}
