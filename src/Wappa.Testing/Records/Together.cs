namespace Wappa.Testing.Records;

/// <summary>Lets work begin on several threads at one moment, so that it really overlaps.</summary>
internal static class Together
{
    /// <summary>As many as there are cores: more would take turns instead of meeting.</summary>
    internal static int Threads { get; } = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>Runs many tasks at once. A store that answers at once is still called from several threads in
    /// parallel.</summary>
    internal static async Task<T[]> RunAsync<T>(int tasks, Func<int, ValueTask<T>> work)
    {
        var results = new T[tasks];
        await RaceAsync(async (racer, line) =>
        {
            var running = new List<Task>();
            for (var turn = 0; (turn * Threads) + racer < tasks; turn++)
            {
                // Only before turns that every racer has, or one would wait at the line for ever.
                if (turn % 10 == 0 && (turn + 1) * Threads <= tasks) line.Cross();
                running.Add(Run((turn * Threads) + racer));
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return results;

        async Task Run(int task) => results[task] = await work(task).ConfigureAwait(false);
    }

    internal static Task RunAsync(int tasks, Func<int, Task> work) => RunAsync(tasks, async task =>
    {
        await work(task).ConfigureAwait(false);
        return true;
    });

    /// <summary>Runs one worker per thread, with a line they can cross together; they have crossed it once when they
    /// begin.</summary>
    internal static async Task RaceAsync(Func<int, StartLine, Task> work)
    {
        var line = new StartLine(Threads);
        var racers = Enumerable.Range(0, Threads).Select(racer => Task.Factory.StartNew(
            () => Race(racer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .Unwrap());
        await Task.WhenAll(racers.ToArray()).ConfigureAwait(false);

        async Task Race(int racer)
        {
            try
            {
                line.Cross();
                await work(racer, line).ConfigureAwait(false);
            }
            catch
            {
                line.Open();
                throw;
            }
        }
    }
}
