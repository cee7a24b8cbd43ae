using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Two nodes on one server: neither serves what the other has changed.</summary>
public sealed class TwoNodesTests
{
    private static readonly RecordKey[] Kinds =
    [
        RecordKey.User("hotel123", "1234567890"),
        RecordKey.State("hotel123", "1234567890", "pizza_order"),
        RecordKey.Table("hotel123", TableKey.Row("products", "pizza_large")),
    ];

    [Fact]
    public async Task GetAsync_ChangedByTheOtherNode_IsReadAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await LayeredNode.StartAsync(RedisUrl.Parse(server.Url));
        await using var other = await LayeredNode.StartAsync(RedisUrl.Parse(server.Url));
        await ShouldFollowAsync(one.Layered, other.Layered);
    }

    [Fact]
    public async Task GetAsync_OnACluster_FollowsTheOtherNode()
    {
        var target = await RedisTarget.ClusterAsync();
        var records = new RecordStoreOptions { KeyPrefix = $"layer{Guid.NewGuid():N}:" };
        await using var one = await LayeredNode.StartAsync(target.Client, records);
        await using var other = await LayeredNode.StartAsync(target.Client, records);
        await ShouldFollowAsync(one.Layered, other.Layered);
    }

    [Fact]
    public async Task GetAsync_ChangedByHand_IsReadAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await LayeredNode.StartAsync(RedisUrl.Parse(server.Url));
        var key = Kinds[0];
        await node.Layered.ApplyAsync(key, new RecordChange.Set(CacheDocument.Parse("""{"n":1}""")));
        await UntilKeptAsync(node.Layered, key);

        await server.CallAsync("HSET", "hotel123:user:1234567890", "n", "2");
        await UntilReadAsync(node.Layered, key, 2);
        await UntilKeptAsync(node.Layered, key);
        await server.CallAsync("FLUSHALL");
        await Eventually.BeTrueAsync("a miss", async () => !(await node.Layered.GetAsync(key)).IsHit);
    }

    [Fact]
    public async Task GetAsync_ConnectionKilled_IsNotServedFromMemory()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await LayeredNode.StartAsync(RedisUrl.Parse(server.Url));
        await node.Layered.ApplyAsync(Kinds[0], new RecordChange.Set(CacheDocument.Parse("""{"n":1}""")));
        for (var round = 2; round < 6; round++)
        {
            await UntilKeptAsync(node.Layered, Kinds[0]);
            await server.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await Eventually.BeTrueAsync("memory is emptied", () => Task.FromResult(node.Layered.Count == 0));
            await server.CallAsync("HSET", "hotel123:user:1234567890", "n", $"{round}");
            (await node.Layered.GetAsync(Kinds[0])).Document.ShouldNotBeNull().GetField<int>("n").ShouldBe(round);
        }
    }

    [Fact]
    public async Task GetAsync_ConnectionGoesSilent_IsBoundedByWhatTheClientNotices()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        var client = RedisUrl.Parse(proxy.Url) with
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(100), SilenceLimit = TimeSpan.FromMilliseconds(300),
        };
        await using var node = await LayeredNode.StartAsync(client);
        await node.Layered.ApplyAsync(Kinds[0], new RecordChange.Set(CacheDocument.Parse("""{"n":1}""")));
        await UntilKeptAsync(node.Layered, Kinds[0]);

        proxy.SwallowReplies();
        await server.CallAsync("HSET", "hotel123:user:1234567890", "n", "2");
        await Eventually.BeTrueAsync("memory is emptied", () => Task.FromResult(node.Layered.Count == 0));
        proxy.PassOn();
        (await node.Layered.GetAsync(Kinds[0])).Document.ShouldNotBeNull().GetField<int>("n").ShouldBe(2);
    }

    [Fact]
    public async Task GetAsync_ServerWithoutTracking_GoesToTheServerEachTime()
    {
        await using var server = await RedisServer.StartAsync(
            new() { Lines = ["rename-command HELLO \"\"", "requirepass secret"], Account = ("default", "secret") });
        await using var node = await LayeredNode.StartAsync(RedisUrl.Parse($"redis://:secret@127.0.0.1:{server.Port}"));
        for (var n = 1; n < 4; n++)
        {
            await node.Shared.ApplyAsync(Kinds[0], new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{n}}}""")));
            (await node.Layered.GetAsync(Kinds[0])).Document.ShouldNotBeNull().GetField<int>("n").ShouldBe(n);
            node.Layered.Count.ShouldBe(0);
        }
    }

    [Fact]
    public async Task GetAsync_RandomWritesOfTwoNodes_AreNeverOlderThanPromised()
    {
        await using var server = await RedisServer.StartAsync();
        LayeredNode[] nodes =
        [
            await LayeredNode.StartAsync(RedisUrl.Parse(server.Url)),
            await LayeredNode.StartAsync(RedisUrl.Parse(server.Url)),
        ];
        using var run = new StalenessRun(nodes, promised: TimeSpan.FromSeconds(1.5), killing: server);
        await run.RunAsync(TimeSpan.FromSeconds(9));
        foreach (var node in nodes) await node.DisposeAsync();
        run.Problems.Take(5).ShouldBeEmpty();
        run.ServedFromMemory.ShouldBeGreaterThan(1000);
    }

    private static async Task ShouldFollowAsync(LayeredDocumentStore one, LayeredDocumentStore other)
    {
        foreach (var key in Kinds)
        {
            (await other.GetAsync(key)).IsHit.ShouldBeFalse(); // that it is missing may be kept, too
            for (var n = 1; n <= 5; n++)
            {
                await one.ApplyAsync(key, new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{n}}}""")));
                (await one.GetAsync(key)).Document.ShouldNotBeNull().GetField<int>("n").ShouldBe(n, "its own write");
                await UntilReadAsync(other, key, n);
                await UntilKeptAsync(other, key);
            }

            await one.ApplyAsync(key, new RecordChange.Delete());
            await Eventually.BeTrueAsync("a miss", async () => !(await other.GetAsync(key)).IsHit);
        }
    }

    private static Task UntilReadAsync(LayeredDocumentStore store, RecordKey key, int n) =>
        Eventually.BeTrueAsync($"{n} is read", async () => (await store.GetAsync(key)).Document?.GetField<int>("n") == n);

    // Its own write may be told after the first read, and then it is read a second time.
    private static Task UntilKeptAsync(LayeredDocumentStore store, RecordKey key) => Eventually.BeTrueAsync("it is kept", async () =>
    {
        var before = store.Count;
        await store.GetAsync(key);
        return before > 0 && store.Count > 0;
    });
}
