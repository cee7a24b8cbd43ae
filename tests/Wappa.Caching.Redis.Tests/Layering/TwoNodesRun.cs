using System.Collections.Concurrent;
using System.Diagnostics;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Random changes and reads by two nodes, whose connections are killed in the middle. A read that began later than an acknowledged
/// change by more than the promised bound must not show an older one; what a change is and how it is noted is its kind's.</summary>
/// <typeparam name="TRead">What a read answers.</typeparam>
internal abstract class TwoNodesRun<TRead>(RedisServer killing) : IDisposable
{
    // So many that some are left alone for longer than the bound: a change that was missed shows only until the next one.
    protected const int Keys = 300;

    private readonly CancellationTokenSource _ending = new();
    private long _served;

    internal ConcurrentQueue<string> Problems { get; } = [];

    internal long ServedFromMemory => Volatile.Read(ref _served);

    protected bool IsEnding => _ending.IsCancellationRequested;

    internal async Task RunAsync(TimeSpan howLong)
    {
        _ending.CancelAfter(howLong);
        var seed = Random.Shared.Next();
        await Task.WhenAll(
            WriteAsync(0, new Random(seed)), WriteAsync(1, new Random(seed + 1)), KillAsync(howLong),
            KeepReadingAsync(0, new Random(seed + 2)), KeepReadingAsync(1, new Random(seed + 3)));
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>Changes keys until the run ends.</summary>
    protected abstract Task WriteAsync(int node, Random random);

    protected abstract ValueTask<TRead> ReadAsync(int node, int index);

    /// <summary>Compares what a read showed with what was acknowledged before it began.</summary>
    protected abstract void Check(int index, TRead read, long began);

    // Real time between real servers: this is what is measured.
    protected static async Task PauseAsync(int milliseconds)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await pause.WaitForNextTickAsync();
    }

    private async Task KeepReadingAsync(int node, Random random)
    {
        for (var reads = 0; !IsEnding; reads++)
        {
            var index = random.Next(Keys);
            var began = Stopwatch.GetTimestamp();
            try
            {
                var reading = ReadAsync(node, index);
                if (reading.IsCompleted) Interlocked.Increment(ref _served);
                Check(index, await reading, began);
            }
            catch (CacheStoreException)
            {
                // killed meanwhile
            }

            if (reads % 64 == 0) await Task.Yield();
            if (reads % 512 == 0) await PauseAsync(1);
        }
    }

    // Only in the middle: each kill empties the memory of all, and before and after it a missed change must have time to show.
    private async Task KillAsync(TimeSpan howLong)
    {
        await PauseAsync((int)(howLong / 3).TotalMilliseconds);
        for (var kill = 0; kill < 4; kill++)
        {
            await killing.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await PauseAsync(500);
        }
    }
}
