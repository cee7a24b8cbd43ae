using System.Globalization;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>A primary with its replicas, and three sentinels that watch over them.</summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    internal const string Service = "wappa";

    private const int SentinelCount = 3;
    private const int Quorum = 2;

    private RedisSentinels(IReadOnlyList<RedisServer> servers, IReadOnlyList<RedisServer> sentinels)
    {
        Servers = servers;
        Sentinels = sentinels;
    }

    /// <summary>The primary as it was at the start, then its replicas.</summary>
    internal IReadOnlyList<RedisServer> Servers { get; }

    internal IReadOnlyList<RedisServer> Sentinels { get; }

    internal static async Task<RedisSentinels> StartAsync(int replicas = 1)
    {
        var primary = await RedisServer.StartAsync();
        var follow = new RedisServerOptions { Lines = [$"replicaof 127.0.0.1 {primary.Port}"] };
        var watch = new RedisServerOptions
        {
            IsSentinel = true,
            Lines =
            [
                $"sentinel monitor {Service} 127.0.0.1 {primary.Port} {Quorum}", $"sentinel down-after-milliseconds {Service} 1000",
                $"sentinel failover-timeout {Service} 6000", $"sentinel parallel-syncs {Service} 1",
            ],
        };
        RedisSentinels? all = null;
        try
        {
            var followers = await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => RedisServer.StartAsync(follow)));
            var watchers = await Task.WhenAll(Enumerable.Range(0, SentinelCount).Select(_ => RedisServer.StartAsync(watch)));
            all = new([primary, .. followers], watchers);
            await all.WaitUntilInStepAsync();
            return all;
        }
        catch
        {
            await (all?.DisposeAsync() ?? primary.DisposeAsync());
            throw;
        }
    }

    /// <summary>The server that the sentinels hold to be the primary, if it agrees.</summary>
    internal async Task<RedisServer> PrimaryAsync()
    {
        RedisServer? primary = null;
        await Eventually.BeTrueAsync("a primary that agrees to be it", async () =>
        {
            var address = await ListAsync(Sentinels[0], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", Service);
            primary = Servers.Single(server => server.Port == int.Parse(address[1], CultureInfo.InvariantCulture));
            return await RoleAsync(primary) == "master";
        });
        return primary!;
    }

    /// <summary>Has the sentinels make a replica the primary, as for maintenance, and waits until all of them know.</summary>
    /// <returns>The new primary.</returns>
    internal async Task<RedisServer> FailOverAsync()
    {
        var old = await PrimaryAsync();

        // Refused while a sentinel still counts the replicas or an earlier failover is not over.
        await Eventually.BeTrueAsync("a failover that begins", async () =>
            await Sentinels[0].CallAsync("SENTINEL", "FAILOVER", Service) is "OK");
        return await WaitForSuccessorAsync(old);
    }

    /// <summary>Waits until every sentinel names another primary than the given one, and that one agrees.</summary>
    internal async Task<RedisServer> WaitForSuccessorAsync(RedisServer old)
    {
        foreach (var sentinel in Sentinels)
        {
            await Eventually.BeTrueAsync("a sentinel that knows the new primary", async () =>
                (await ListAsync(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", Service))[1] != $"{old.Port}");
        }

        return await PrimaryAsync();
    }

    /// <summary>Waits until every replica follows and every sentinel knows all of them and the other sentinels.</summary>
    internal async Task WaitUntilInStepAsync()
    {
        var primary = await PrimaryAsync();
        await Eventually.BeTrueAsync("replicas in step", async () =>
        {
            await using var raw = await primary.ConnectAsync();
            return await raw.InfoAsync("connected_slaves") == $"{Servers.Count - 1}" &&
                (await raw.TextAsync("INFO", "replication"))!.Split("state=online").Length == Servers.Count;
        });
        foreach (var sentinel in Sentinels)
        {
            await Eventually.BeTrueAsync("sentinels that know each other", async () =>
            {
                var facts = await ListAsync(sentinel, "SENTINEL", "MASTER", Service);
                return Fact(facts, "num-other-sentinels") == $"{Sentinels.Count - 1}" &&
                    Fact(facts, "num-slaves") == $"{Servers.Count - 1}";
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Sentinels.Concat(Servers)) await server.DisposeAsync();
    }

    private static string? Fact(string[] facts, string name) =>
        Array.IndexOf(facts, name) is var at and >= 0 ? facts[at + 1] : null;

    private static async Task<string> RoleAsync(RedisServer server)
    {
        await using var raw = await server.ConnectAsync();
        return (string)((object?[])(await raw.CallAsync("ROLE"))!)[0]!;
    }

    private static async Task<string[]> ListAsync(RedisServer server, params string[] words)
    {
        await using var raw = await server.ConnectAsync();
        return await raw.ListAsync(words);
    }
}
