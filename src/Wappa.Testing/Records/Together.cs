namespace Wappa.Testing.Records;

/// <summary>Runs work on many tasks that begin at one moment.</summary>
internal static class Together
{
    internal static async Task<T[]> RunAsync<T>(int tasks, Func<int, ValueTask<T>> work)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Enumerable.Range(0, tasks).Select(async task =>
        {
            await gate.Task.ConfigureAwait(false);
            return await work(task).ConfigureAwait(false);
        }).ToArray();
        gate.SetResult();
        return await Task.WhenAll(running).ConfigureAwait(false);
    }

    internal static Task RunAsync(int tasks, Func<int, Task> work) => RunAsync(tasks, async task =>
    {
        await work(task).ConfigureAwait(false);
        return true;
    });
}
