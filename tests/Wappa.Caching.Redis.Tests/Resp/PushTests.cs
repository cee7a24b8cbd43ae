using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>What the server tells unasked.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task TrackAsync_ChangesByOthers_AreToldByPrefix()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var heard = new Recorder();
        await using var tracking = await client.TrackAsync(1, ["user:", "state:"], heard);
        heard.Heard.ShouldBe(["tracking"]);

        await using var other = await server.ConnectAsync();
        await other.CallAsync("SELECT", "1");
        await other.CallAsync("SET", "other:1", "x");
        await other.CallAsync("SET", "user:1", "x");
        await other.CallAsync("FLUSHDB");

        await heard.UntilAsync("all");
        heard.Heard.ShouldBe(["tracking", "key user:1", "all"]);
    }

    [Fact]
    public async Task TrackAsync_ConnectionLost_IsAGapBeforeTheNextCommand()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var heard = new Recorder();
        await using var tracking = await client.TrackAsync(0, [], heard);
        for (var round = 1; round <= 5; round++)
        {
            await server.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await Eventually.BeTrueAsync("a gap", () => Task.FromResult(heard.Heard.Count(what => what == "gap") == round));
            await client.ReadAsync("key");
            heard.Heard.Count(what => what == "tracking").ShouldBe(round + 1);
            heard.Heard[^1].ShouldBe("tracking");
        }

        await server.CallAsync("SET", "after", "x");
        await heard.UntilAsync("key after");
    }

    [Fact]
    public async Task TrackAsync_Ended_TellsNothingMoreAndMayBeginAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var first = new Recorder();
        await (await client.TrackAsync(0, [], first)).DisposeAsync();
        var second = new Recorder();
        await using var tracking = await client.TrackAsync(0, [], second);
        await server.CallAsync("SET", "key", "x");
        await second.UntilAsync("key key");
        first.Heard.ShouldBe(["tracking", "gap"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SubscribeAsync_Messages_ComeInOrderAndGapsAreTold(bool oldProtocol)
    {
        await using var server = await RedisServer.StartAsync(new() { Lines = oldProtocol ? ["rename-command HELLO \"\""] : [] });
        await using var client = Clients.Open(server.Url + "?heartbeat=50");
        var heard = new Recorder();
        await using var subscription = await client.SubscribeAsync("news", heard);
        for (var number = 0; number < 10; number++) (await client.NumberAsync("PUBLISH", "news", $"{number}")).ShouldBe(1);
        await heard.UntilAsync("message 9");
        heard.Heard.ShouldBe(Enumerable.Range(0, 10).Select(number => $"message {number}"));

        await server.CallAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await heard.UntilAsync("gap");
        await client.SendAsync(new Call("PUBLISH", "news", "after"), Replies.Integer, new CallOptions { Idempotent = true });
        await heard.UntilAsync("message after");
    }
}
