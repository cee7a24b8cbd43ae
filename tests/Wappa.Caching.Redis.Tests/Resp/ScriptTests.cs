using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>Scripts run whether or not the server knows them.</summary>
public sealed class ScriptTests
{
    private static readonly RedisScript Add = new("return redis.call('INCRBY', KEYS[1], ARGV[1])");

    [Fact]
    public async Task ScriptCall_Repeated_SendsTheSourceOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var sums = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => AddAsync(client)));
        sums.Order().ShouldBe(Enumerable.Range(1, 500).Select(number => (long)number));
        (await CallsAsync(server, "eval")).ShouldBe(2); // one to find out whether scripts work
    }

    [Fact]
    public async Task ScriptCall_AfterScriptFlush_RunsEachOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        for (var round = 0; round < 10; round++)
        {
            var calls = Enumerable.Range(0, 100).Select(_ => AddAsync(client)).ToList();
            await server.CallAsync("SCRIPT", "FLUSH");
            await Task.WhenAll(calls);
        }

        (await client.ReadAsync("sum")).ShouldBe("1000");
        (await CallsAsync(server, "eval")).ShouldBeLessThanOrEqualTo(12 + 10);
    }

    [Fact]
    public async Task ScriptCall_ThatFails_IsTheServersError()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await client.NumberAsync("LPUSH", "sum", "x");
        await Should.ThrowAsync<RedisServerException>(() => AddAsync(client));
    }

    private static async Task<long> AddAsync(RedisClient client) =>
        await client.SendAsync(new ScriptCall<Run>(Add, new Run("sum", "1")), Replies.Integer, new CallOptions());

    private static async Task<int> CallsAsync(RedisServer server, string command)
    {
        var lines = ((string)(await server.CallAsync("INFO", "commandstats"))!).Split('\n');
        var line = lines.FirstOrDefault(line => line.StartsWith($"cmdstat_{command}:"));
        return line is null ? 0 : int.Parse(line.Split('=', ',')[1]);
    }
}
