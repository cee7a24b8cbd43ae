using System.Diagnostics;
using System.Globalization;
using System.Text;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Random changes and reads of entries by two nodes. Each key has one writer, which numbers its changes. A read that began later
/// than an acknowledged change by more than the promised bound must not show an older one.</summary>
internal sealed class EntryStalenessRun(LayeredEntryNode[] nodes, TimeSpan promised, RedisServer killing) : TwoNodesRun<CacheEntry?>(killing)
{
    private readonly List<Change>[] _changes = [.. Enumerable.Range(0, Keys).Select(_ => new List<Change>())];

    private static string KeyOf(int index) => $"chat:v1:{index}:messages";

    // Node 0 writes the even keys, node 1 the odd ones.
    protected override async Task WriteAsync(int node, Random random)
    {
        while (!IsEnding)
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

    protected override ValueTask<CacheEntry?> ReadAsync(int node, int index) => nodes[node].Layered.GetAsync(KeyOf(index));

    protected override void Check(int index, CacheEntry? entry, long began)
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

    private sealed class Change
    {
        internal long At; // when it was acknowledged; 0: it was not

        internal bool CanBeGone { get; init; }
    }
}
