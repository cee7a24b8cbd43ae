using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Random changes and reads of entries by two nodes. Each key has one writer, which numbers its changes. A read that began later
/// than an acknowledged change by more than the promised bound must not show an older one.</summary>
internal sealed class EntryStalenessRun(LayeredEntryNode[] nodes, TimeSpan promised, RedisServer killing) : IDisposable
{
    // So many that some are left alone for longer than the bound: a change that was missed shows only until the next one.
    private const int Keys = 300;

    private readonly List<Change>[] _changes = [.. Enumerable.Range(0, Keys).Select(_ => new List<Change>())];
    private readonly CancellationTokenSource _ending = new();
    private long _served;

    internal ConcurrentQueue<string> Problems { get; } = [];

    internal long ServedFromMemory => Volatile.Read(ref _served);

    internal async Task RunAsync(TimeSpan howLong)
    {
        _ending.CancelAfter(howLong);
        var seed = Random.Shared.Next();
        await Task.WhenAll(
            WriteAsync(0, new Random(seed)), WriteAsync(1, new Random(seed + 1)), KillAsync(howLong),
            ReadAsync(nodes[0], new Random(seed + 2)), ReadAsync(nodes[1], new Random(seed + 3)));
    }

    public void Dispose() => _ending.Dispose();

    private static string KeyOf(int index) => $"chat:v1:{index}:messages";

    // Node 0 writes the even keys, node 1 the odd ones.
    private async Task WriteAsync(int node, Random random)
    {
        while (!_ending.IsCancellationRequested)
        {
            var index = (random.Next(Keys / 2) * 2) + node;
            var kind = random.Next(12);
            TimeSpan? ttl = kind is 3 or 4 ? TimeSpan.FromMilliseconds(random.Next(50, 1500)) : null;
            var change = new Change { CanBeGone = kind < 5 };
            int number;
            lock (_changes[index])
            {
                _changes[index].Add(change);
                number = _changes[index].Count;
            }

            try
            {
                await ChangeAsync(nodes[node].Layered, index, kind, ttl, number);
                Volatile.Write(ref change.At, Stopwatch.GetTimestamp());
            }
            catch (CacheStoreException)
            {
                // killed meanwhile; it may have happened, and need not
            }

            await PauseAsync(random.Next(1, 12));
        }
    }

    private static async Task ChangeAsync(ICacheStore store, int index, int kind, TimeSpan? ttl, int number)
    {
        var entry = new CacheEntry(Encoding.UTF8.GetBytes($"{number}")) { Tags = [$"tag{index}"], Ttl = ttl };
        switch (kind)
        {
            case 0: await store.RemoveAsync(KeyOf(index)); break;
            case 1: await store.RemoveByTagAsync($"tag{index}"); break;
            case 2: await store.RemoveByPrefixAsync($"chat:v1:{index}:"); break;
            case 5: await store.SetManyAsync([new(KeyOf(index), entry)]); break;
            default: await store.SetAsync(KeyOf(index), entry); break;
        }
    }

    private async Task ReadAsync(LayeredEntryNode node, Random random)
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

    private void Check(int index, CacheEntry? entry, long began)
    {
        lock (_changes[index])
        {
            var changes = _changes[index];
            var due = changes.FindLastIndex(change =>
                Volatile.Read(ref change.At) is var at and > 0 && at < began && Stopwatch.GetElapsedTime(at, began) > promised);
            if (due < 0) return;
            if (entry is not null)
            {
                var shown = int.Parse(Encoding.UTF8.GetString(entry.Value.Span), CultureInfo.InvariantCulture) - 1;
                if (shown < due) Problems.Enqueue($"Key {index} shows change {shown}, older than {due}, beyond the bound.");
            }
            else if (!changes.Skip(due).Any(change => change.CanBeGone))
            {
                Problems.Enqueue($"Key {index} is missing, and nothing from change {due} on removed it or lets it expire.");
            }
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

    // Real time between real servers: this is what is measured.
    private static async Task PauseAsync(int milliseconds)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await pause.WaitForNextTickAsync();
    }

    private sealed class Change
    {
        internal long At; // when it was acknowledged; 0: it was not

        internal bool CanBeGone { get; init; }
    }
}
