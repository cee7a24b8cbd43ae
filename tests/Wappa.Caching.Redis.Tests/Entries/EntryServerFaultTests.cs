using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Servers that die, move and take over while entries are loaded and removed: nobody is left waiting, and nothing stale is
/// left behind.</summary>
public sealed class EntryServerFaultTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Server_KilledAndRestartedWithItsData_KeepsNothingStale()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await using var client = Client(server.Url);

        await WorkAsync(client, everyRemovalStays: true, async () =>
        {
            await server.KillAsync();
            await server.StartAgainAsync();
        });
    }

    [Fact]
    public async Task Server_KilledAndRestartedEmpty_GoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Client(server.Url);

        await WorkAsync(client, everyRemovalStays: true, async () =>
        {
            await server.KillAsync();
            await server.StartAgainAsync();
        });
    }

    [Fact]
    public async Task Slot_MovedWhileItsEntriesAreLoaded_KeepsNothingStale()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Client(cluster.Url);

        await WorkAsync(client, everyRemovalStays: true, async () =>
        {
            foreach (var key in (string[])["{chat:v1:0}", "%tag:tag0", "%fences"])
            {
                var (slot, owner) = await cluster.OwnerOfAsync(key);
                var other = cluster.Primaries.First(node => node != owner);
                await RedisCluster.MoveSlotAsync(slot, owner, other); // not back: gossip of the first move could undo the second
            }
        });
    }

    [Fact]
    public async Task Primary_FailedOver_GoesOn()
    {
        await using var all = await RedisSentinels.StartAsync();
        var sentinels = string.Join(',', all.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"));
        await using var client = Client($"redis+sentinel://{sentinels}?service={RedisSentinels.Service}");

        await WorkAsync(client, everyRemovalStays: false, () => all.FailOverAsync());
    }

    private static RedisClient Client(string url) =>
        new(RedisUrl.Parse(url) with { CommandTimeout = Timeout }, TimeProvider.System, NullLogger.Instance);

    // Each worker has a source of its own, which only grows, and loads from it beside its changes.
    private static async Task WorkAsync(RedisClient client, bool everyRemovalStays, Func<Task> happening)
    {
        const int Workers = 6;
        var store = new RedisCacheStore(client, new());
        var (rounds, began) = (new int[Workers], new TaskCompletionSource());
        using var end = new CancellationTokenSource();
        var working = Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var round = 1; !end.IsCancellationRequested; round++)
            {
                await RoundAsync(store, worker, round, everyRemovalStays);
                if ((rounds[worker] = round) == 20) began.TrySetResult();
            }
        })).ToArray();
        await Task.WhenAny([began.Task, .. working]);
        await happening();
        var before = rounds.ToArray();
        await Eventually.BeTrueAsync("workers that go on", () => Task.FromResult(
            working.Any(work => work.IsCompleted) || rounds.Zip(before).All(pair => pair.First > pair.Second + 10)));
        await end.CancelAsync();
        await Task.WhenAll(working);
    }

    private static async Task RoundAsync(RedisCacheStore store, int worker, int round, bool everyRemovalStays)
    {
        var (key, tag) = ($"chat:v1:{worker}", $"tag{worker}");
        CacheEntry Of(int number) => new(BitConverter.GetBytes(number)) { Tags = [tag], Ttl = TimeSpan.FromHours(1) };
        try
        {
            var fence = await store.BeginLoadAsync(key);
            var stale = store.CompleteLoadAsync(key, Of(round - 1), fence).AsTask();
            if (round % 3 == 0) await store.RemoveByTagAsync(tag);
            else if (round % 3 == 1) await store.RemoveAsync(key);
            else await store.SetAsync(key, Of(round));
            await stale;
            var found = await store.GetAsync(key);
            if (everyRemovalStays && found is not null) BitConverter.ToInt32(found.Value.Span).ShouldBe(round);
        }
        catch (CacheStoreException error) when (error.OutcomeUnknown || error is CacheStoreUnavailableException)
        {
            await Eventually.BeTrueAsync("a removal", async () =>
            {
                try
                {
                    await store.RemoveAsync(key);
                    return true;
                }
                catch (CacheStoreUnavailableException)
                {
                    return false; // sent to and fro while two nodes name each other
                }
            });
        }
    }
}
