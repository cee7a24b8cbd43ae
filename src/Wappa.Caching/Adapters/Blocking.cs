namespace Wappa.Caching.Adapters;

/// <summary>Waiting for an asynchronous call where an interface leaves no choice.</summary>
internal static class Blocking
{
    /// <summary>Runs a call and blocks until it has ended.</summary>
    /// <remarks>The call must not come back to this thread to go on: it starts without the caller's synchronization context, and
    /// where the caller runs on a scheduler of its own, on the thread pool.</remarks>
    internal static void Run<TState>(TState state, Func<TState, Task> call) => Start(state, call).GetAwaiter().GetResult();

    /// <inheritdoc cref="Run{TState}"/>
    internal static T Run<TState, T>(TState state, Func<TState, Task<T>> call) => Start(state, call).GetAwaiter().GetResult();

    private static TTask Start<TState, TTask>(TState state, Func<TState, TTask> call)
        where TTask : Task
    {
        var context = SynchronizationContext.Current;
        if (TaskScheduler.Current != TaskScheduler.Default) return OnThreadPool(state, call);
        if (context is null) return call(state);
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return call(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    // Blocks for the moment in which the call starts; the pool's threads have the default scheduler.
    private static TTask OnThreadPool<TState, TTask>(TState state, Func<TState, TTask> call)
        where TTask : Task =>
        Task.Factory.StartNew(() => call(state), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
            .GetAwaiter().GetResult();
}
