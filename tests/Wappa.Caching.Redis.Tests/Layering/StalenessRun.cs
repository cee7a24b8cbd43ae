using System.Collections.Concurrent;
using System.Diagnostics;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Random writes and reads of two nodes. Each write is noted when it was acknowledged, with its revision; a read that began later
/// than that by more than the promised bound must not show an older one.</summary>
internal sealed class StalenessRun(LayeredNode[] nodes, TimeSpan promised, RedisServer killing) : IDisposable
{
    // So many that some are left alone for longer than the bound: a change that was missed shows only until the next one.
    private const int Keys = 300;

    private readonly Lock _gate = new();
    private readonly List<(long At, long Revision, long? EndsAt)>[] _acknowledged = [.. Enumerable.Range(0, Keys).Select(_ => new List<(long, long, long?)>())];
    private readonly CancellationTokenSource _ending = new();
    private long _served;

    internal ConcurrentQueue<string> Problems { get; } = [];

    internal long ServedFromMemory => Volatile.Read(ref _served);

    internal async Task RunAsync(TimeSpan howLong)
    {
        _ending.CancelAfter(howLong);
        var seed = Random.Shared.Next();
        await Task.WhenAll(
            WriteAsync(nodes[0], new Random(seed)), WriteAsync(nodes[1], new Random(seed + 1)), KillAsync(howLong),
            ReadAsync(nodes[0], new Random(seed + 2)), ReadAsync(nodes[1], new Random(seed + 3)));
    }

    public void Dispose() => _ending.Dispose();

    // One write in a while, so that memory has something to serve.
    private async Task WriteAsync(LayeredNode node, Random random)
    {
        for (var n = 0; !_ending.IsCancellationRequested; n++)
        {
            var index = random.Next(Keys);
            TimeSpan? ttl = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(50, 1500)) : null;
            try
            {
                var result = await node.Layered.ApplyAsync(
                    KeyOf(index), new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{n}}}"""), ttl));
                Note(index, result.Record.Revision, ttl);
            }
            catch (CacheStoreException)
            {
                // killed meanwhile; what became of it is not known, and not noted
            }

            for (var pause = random.Next(200); pause > 0; pause--) await Task.Yield();
            await PauseAsync(random.Next(1, 15));
        }
    }

    private async Task ReadAsync(LayeredNode node, Random random)
    {
        for (var reads = 0; !_ending.IsCancellationRequested; reads++)
        {
            var index = random.Next(Keys);
            var began = Stopwatch.GetTimestamp();
            try
            {
                var reading = node.Layered.GetAsync(KeyOf(index));
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

    private void Note(int index, long revision, TimeSpan? ttl)
    {
        var now = Stopwatch.GetTimestamp();
        long? end = ttl is { } life ? now + (long)(life.TotalSeconds * Stopwatch.Frequency) : null;
        lock (_gate) _acknowledged[index].Add((now, revision, end));
    }

    private void Check(int index, DocumentRecord record, long began)
    {
        lock (_gate)
        {
            var due = _acknowledged[index].Where(write => Stopwatch.GetElapsedTime(write.At, began) > promised).ToArray();
            if (due.Length == 0) return;
            var newest = due.MaxBy(write => write.Revision);
            _acknowledged[index].RemoveAll(write => write.At < newest.At && write.Revision < newest.Revision);

            // A miss is right once the newest could have expired; nobody deletes.
            if (record.IsHit && record.Revision < newest.Revision)
                Problems.Enqueue($"Key {index} shows {record.Revision}, older than {newest.Revision}, beyond the bound.");
            if (record.IsHit && record.Revision == newest.Revision && newest.EndsAt < began)
                Problems.Enqueue($"Key {index} is served after its time to live.");
            if (!record.IsHit && newest.EndsAt is null && _acknowledged[index].All(write => write.EndsAt is null))
                Problems.Enqueue($"Key {index} is missing, and no write gave it a time to live.");
        }
    }

    private static RecordKey KeyOf(int index) => (index % 3) switch
    {
        0 => RecordKey.User("hotel123", $"{index}"),
        1 => RecordKey.State("hotel123", $"{index}", "pizza_order"),
        _ => RecordKey.Table("hotel123", TableKey.Row("products", $"{index}")),
    };

    // Real time between real servers: this is what is measured.
    private static Task PauseAsync(int milliseconds)
    {
        var pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = TimeProvider.System.CreateTimer(
            _ => pause.TrySetResult(), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        return pause.Task.ContinueWith(_ => timer.Dispose(), TaskScheduler.Default);
    }
}
