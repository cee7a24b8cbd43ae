using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>Whatever happens, where nothing acknowledged may be lost, what the store answers comes from one order of operations.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task History_WithConnectionsCut_IsLinearizable()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var open = new OpenStore(proxy.Url);
        var history = new MixedHistory(open.Store);

        await history.RunAsync(Enumerable.Repeat<Func<Task>>(
            () =>
            {
                var before = proxy.Accepted;
                proxy.CutRepliesAfter(Random.Shared.Next(1, 1_000));
                return Eventually.BeTrueAsync("a connection after the cut", () => Task.FromResult(proxy.Accepted > before));
            }, 15));

        history.Verify();
    }

    [Fact]
    public async Task History_WithTheServerKilledAndRestarted_IsLinearizable()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await using var open = new OpenStore(server.Url);
        var history = new MixedHistory(open.Store);

        await history.RunAsync(Enumerable.Repeat<Func<Task>>(
            async () =>
            {
                await server.KillAsync();
                await server.StartAgainAsync();
            }, 4));

        history.Verify();
    }

    // FAILOVER holds writes back until the replica has everything, so nothing may be missing. The address moves with the primary.
    [Fact]
    public async Task History_WithAPlannedFailover_IsLinearizable()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync(new() { Lines = [$"replicaof 127.0.0.1 {first.Port}"] });
        await using var proxy = FaultProxy.To(first);
        await using var open = new OpenStore(proxy.Url);
        var history = new MixedHistory(open.Store);

        await history.RunAsync([() => FailOverAsync(first, second), () => FailOverAsync(second, first)]);

        history.Verify();

        async Task FailOverAsync(RedisServer old, RedisServer next)
        {
            await Eventually.BeTrueAsync("a failover that begins", async () =>
                await old.CallAsync("FAILOVER", "TO", "127.0.0.1", $"{next.Port}") is "OK");
            await Eventually.BeTrueAsync("the replica as primary", async () => await RoleAsync(next) == "master" && await RoleAsync(old) == "slave");
            proxy.MoveTo(next);
        }
    }

    // The old primary goes on for a while, as it does when the network parts it from the others, and what it acknowledges then is lost.
    [Fact]
    public async Task History_WithAReplicaPromotedByHand_IsLinearizableButForWhatItLacked()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync(new() { Lines = [$"replicaof 127.0.0.1 {first.Port}"] });
        await using var proxy = FaultProxy.To(first);
        await using var open = new OpenStore(proxy.Url);
        await using var raw = await second.ConnectAsync();
        await Eventually.BeTrueAsync("a replica in step", async () => await raw.InfoAsync("master_link_status") == "up");
        var history = new MixedHistory(open.Store);

        await history.RunAsync([() => history.TakeOverAsync(async key =>
        {
            await raw.CallAsync("REPLICAOF", "NO", "ONE");
            var there = await raw.ListAsync("HGETALL", key);
            await history.AnswersAsync(50);
            proxy.MoveTo(second);
            await first.KillAsync();
            return there;
        })]);

        history.Verify();
    }

    private static async Task<string> RoleAsync(RedisServer server) => (string)((object?[])(await server.CallAsync("ROLE"))!)[0]!;
}
