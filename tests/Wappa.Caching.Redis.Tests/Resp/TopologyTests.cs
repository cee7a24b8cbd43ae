using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>Clusters and sentinels.</summary>
public sealed class TopologyTests
{
    [Fact]
    public async Task Cluster_KeysOfAllSlots_FindTheirNodes()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Clients.Open(cluster.Url);
        (await client.ConnectAsync()).IsCluster.ShouldBeTrue();
        (await client.GetPrimariesAsync()).Count.ShouldBe(3);
        var calls = Enumerable.Range(0, 500).Select(number => new Call("SET", $"key:{number}", $"{number}")).ToArray();
        foreach (var outcome in await client.SendManyAsync<Call, bool>(calls, Replies.Any, new CallOptions())) outcome.Error.ShouldBeNull();
        var values = await Task.WhenAll(Enumerable.Range(0, 500).Select(async number => await client.ReadAsync($"key:{number}")));
        values.ShouldBe(Enumerable.Range(0, 500).Select(number => $"{number}"));

        long sum = 0;
        foreach (var node in await client.GetPrimariesAsync())
            sum += await client.SendAsync(new Call("DBSIZE"), Replies.Integer, new CallOptions { Node = node });
        sum.ShouldBe(500);
    }

    [Fact]
    public async Task Addresses_OfAPrimaryAndItsReplicas_WriteToThePrimaryAndFollowIt()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync();
        await first.CallAsync("REPLICAOF", "127.0.0.1", $"{second.Port}");
        await using var client = Clients.Open($"redis://127.0.0.1:{first.Port},127.0.0.1:{second.Port}");
        var calls = Enumerable.Range(0, 4).Select(database => new CallOptions { Database = database }).ToArray();
        foreach (var call in calls) (await client.SendAsync(new Call("INCR", "a"), Replies.Integer, call)).ShouldBe(1);

        await second.CallAsync("REPLICAOF", "127.0.0.1", $"{first.Port}");
        await first.CallAsync("REPLICAOF", "NO", "ONE");

        await Task.WhenAll(calls.Select(async call =>
            (await client.SendAsync(new Call("INCR", "b"), Replies.Integer, call)).ShouldBe(1)));
        ((long)(await first.CallAsync("EXISTS", "b"))!).ShouldBe(1);
    }

    [Fact]
    public async Task Cluster_ASlotThatMoves_IsFollowed()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Clients.Open(cluster.Url);
        for (var round = 1; round <= 3; round++)
        {
            var counter = $"counter{round}"; // a slot that was moved a moment ago may be claimed by gossip of before
            var slot = HashSlot.Of(counter);
            var calls = Enumerable.Range(0, 200).Select(_ => client.NumberAsync("INCR", counter).AsTask()).ToList();
            var owner = await OwnerAsync(cluster, slot);
            var next = cluster.Primaries.First(node => node != owner);
            await RedisCluster.MoveSlotAsync(slot, owner, next);
            await Task.WhenAll(calls);
            (await client.ReadAsync(counter)).ShouldBe("200");
        }
    }

    [Fact]
    public async Task Cluster_Tracking_TellsOfKeysOnEveryNode()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Clients.Open(cluster.Url);
        await using var other = Clients.Open(cluster.Url);
        var heard = new Recorder();
        await using var tracking = await client.TrackAsync(0, [], heard);
        for (var number = 0; number < 30; number++) await other.TextAsync("SET", $"key:{number}", "x");
        for (var number = 0; number < 30; number++) await heard.UntilAsync($"key key:{number}");
    }

    [Fact]
    public async Task Cluster_AnotherDatabase_IsRefused()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Clients.Open(cluster.Url);
        await client.ConnectAsync();
        await Should.ThrowAsync<InvalidOperationException>(async () =>
            await client.SendAsync(new Call("GET", "key"), Replies.Text, new CallOptions { Database = 1 }));
    }

    [Fact]
    public async Task Sentinel_AFailover_IsFollowed()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        var hosts = string.Join(',', sentinels.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"));
        await using var client = Clients.Open($"redis+sentinel://{hosts}?service={RedisSentinels.Service}&commandTimeout=20000");
        (await client.NumberAsync("INCR", "n")).ShouldBe(1);
        await sentinels.WaitUntilInStepAsync();

        var successor = await sentinels.FailOverAsync();

        (await client.NumberAsync("INCR", "n")).ShouldBe(2);
        await Eventually.BeTrueAsync("the successor's port", async () => (await client.GetPrimariesAsync())[0].Port == successor.Port);
        (await successor.CallAsync("GET", "n")).ShouldBe("2");
    }

    private static async Task<RedisServer> OwnerAsync(RedisCluster cluster, int slot)
    {
        foreach (var node in cluster.Primaries)
        {
            var raw = await node.CallAsync("CLUSTER", "NODES");
            var mine = ((string)raw!).Split('\n').First(line => line.Contains("myself"));
            foreach (var range in mine.Split(' ').Skip(8).Where(range => !range.StartsWith('[')))
            {
                var ends = range.Split('-').Select(int.Parse).ToArray();
                if (ends[0] <= slot && slot <= ends[^1]) return node;
            }
        }

        throw new InvalidOperationException("Nobody owns the slot.");
    }
}
