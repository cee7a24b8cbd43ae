namespace Wappa.Caching.WriteBehind;

/// <summary>How long a call of the store behind a journal may take. The store is told to stop, and is not waited for if it does not: it
/// may be a client that ignores its token.</summary>
internal sealed class JournalDeadline(TimeSpan? timeout, string option, TimeProvider time)
{
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
        using var deadline = timeout is { } span ? new CancellationTokenSource(span, time) : new CancellationTokenSource();
        using var stop = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var answer = call(argument, deadline.Token);
        if (answer.IsCompletedSuccessfully) return answer.Result;
        var task = answer.AsTask();
        await ((Task)task).WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully || !deadline.IsCancellationRequested) return await task.ConfigureAwait(false);
        if (!task.IsCompleted)
        {
            abandoned?.Invoke(task);
            _ = task.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default); // seen
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (task.IsFaulted) return await task.ConfigureAwait(false);
        throw new CacheStoreTimeoutException(
            $"The journal of a write-behind queue did not answer within {timeout}, its {option}.");
    }
}
