using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>What callers see when the server or the way to it fails, and that all is well again soon after.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task SendAsync_NoServer_SaysThatNothingChanged()
    {
        await using var client = Clients.Open($"redis://127.0.0.1:{FreePort.Next()}?commandTimeout=300");
        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.NumberAsync("INCR", "n"));
        error.OutcomeUnknown.ShouldBeFalse();
        error.InnerException.ShouldNotBeNull();
    }

    [Fact]
    public async Task SendAsync_AServerThatIsSilent_TimesOutWithAnUnknownOutcome()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server.Url + "?commandTimeout=300&silenceLimit=60000");
        await client.NumberAsync("INCR", "n");
        await server.FreezeAsync();
        var error = await Should.ThrowAsync<CacheStoreTimeoutException>(async () => await client.NumberAsync("INCR", "n"));
        error.OutcomeUnknown.ShouldBeTrue();
        await server.ThawAsync();
        (await client.ReadAsync("n")).ShouldBe("2");
    }

    [Fact]
    public async Task SendAsync_AServerThatComesBack_IsReachedSoon()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await using var client = Clients.Open(server.Url + "?commandTimeout=10000");
        await client.NumberAsync("INCR", "n");
        await server.KillAsync();
        var waiting = client.ReadAsync("n");
        await Task.Yield();
        await server.StartAgainAsync();
        var back = TimeProvider.System.GetTimestamp();
        (await waiting).ShouldBe("1");
        (await client.NumberAsync("INCR", "n")).ShouldBe(2);
        TimeProvider.System.GetElapsedTime(back).ShouldBeLessThan(Soon);
    }

    [Fact]
    public async Task SendAsync_ReplyCutInTheMiddle_IsUnknownUnlessIdempotent()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var client = Clients.Open(proxy.Url);
        await client.TextAsync("SET", "text", "0123456789");

        proxy.CutRepliesAfter(5);
        var lost = await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.TextAsync("GETSET", "text", "9876543210"));
        lost.OutcomeUnknown.ShouldBeTrue();

        proxy.CutRepliesAfter(long.MaxValue);
        (await client.ReadAsync("text")).ShouldBe("9876543210");

        proxy.CutRepliesAfter(5);
        var read = client.ReadAsync("text").AsTask();
        await Eventually.BeTrueAsync("the cut", () => Task.FromResult(proxy.Accepted > 2));
        proxy.CutRepliesAfter(long.MaxValue);
        (await read).ShouldBe("9876543210");
    }

    [Fact]
    public async Task SendAsync_BlackHole_IsGivenUpWithinTheSilenceLimit()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var client = Clients.Open(proxy.Url + "?heartbeat=100&silenceLimit=400&commandTimeout=10000&connectTimeout=500");
        await client.NumberAsync("INCR", "n");
        proxy.SwallowAll();
        var begun = TimeProvider.System.GetTimestamp();

        // Nobody asks for anything: the heartbeat alone notices, and tries again.
        await Eventually.BeTrueAsync("another connection", () => Task.FromResult(proxy.Accepted > 1));
        TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        proxy.CutAll();
        proxy.PassOn();
        (await client.ReadAsync("n")).ShouldBe("1");
    }

    [Fact]
    public async Task SendAsync_ConnectionsKilledAllTheTime_LosesAndRepeatsNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server.Url + "?commandTimeout=20000");
        await client.NumberAsync("INCR", "warm");
        await using var admin = await server.ConnectAsync();
        var over = false;
        long acknowledged = 0, unknown = 0, refused = 0;
        var killing = Task.Run(async () =>
        {
            // Each time some have got through: a storm that lets nobody in shows nothing.
            for (var seen = 0L; !Volatile.Read(ref over); seen = Volatile.Read(ref acknowledged))
            {
                await Eventually.BeTrueAsync("progress", () =>
                    Task.FromResult(Volatile.Read(ref over) || Volatile.Read(ref acknowledged) > seen + 5));
                await admin.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 50).Select(caller => Task.Run(async () =>
        {
            for (var number = 0; number < 40; number++)
            {
                try
                {
                    await client.NumberAsync("INCR", "count");
                    Interlocked.Increment(ref acknowledged);
                }
                catch (CacheStoreException error)
                {
                    Interlocked.Increment(ref error.OutcomeUnknown ? ref unknown : ref refused);
                }

                (await client.SendAsync(new Call("ECHO", $"{caller}:{number}"), Replies.Text, new CallOptions { Idempotent = true }))
                    .ShouldBe($"{caller}:{number}");
            }
        })));
        Volatile.Write(ref over, true);
        await killing;

        refused.ShouldBe(0);
        var count = long.Parse((await client.ReadAsync("count"))!);
        count.ShouldBeInRange(acknowledged, acknowledged + unknown);
    }

    [Fact]
    public async Task SendAsync_WhileLoading_WaitsUntilItIsLoaded()
    {
        await using var server = await RedisServer.StartAsync(
            new() { Durable = true, Lines = ["key-load-delay 2000", "loading-process-events-interval-bytes 1024"] });
        await using var client = Clients.Open(server.Url + "?commandTimeout=20000");
        await client.SendManyAsync<Call, bool>(
            Enumerable.Range(0, 500).Select(number => new Call("SET", $"k{number}", new string('x', 100))).ToArray(), Replies.Any, new CallOptions());
        await server.KillAsync();
        var read = client.ReadAsync("k499");
        await using var late = Clients.Open(server.Url + "?commandTimeout=20000"); // the first may not know yet that its connection is gone
        var change = late.TextAsync("SET", "k0", "new");
        await server.StartAgainAsync();
        (await read).ShouldBe(new string('x', 100));
        (await change).ShouldBe("OK");
    }

    [Fact]
    public async Task SendAsync_ToAReplica_SaysSoWhenTimeIsUp()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server.Url + "?commandTimeout=400");
        await client.NumberAsync("INCR", "n");
        await server.CallAsync("REPLICAOF", "127.0.0.1", "1");
        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.NumberAsync("INCR", "n"));
        error.OutcomeUnknown.ShouldBeFalse();
        error.Message.ShouldContain("READONLY");
        var change = client.SendAsync(new Call("INCR", "n"), Replies.Integer, new CallOptions { Timeout = TimeSpan.FromSeconds(10) });
        await server.CallAsync("REPLICAOF", "NO", "ONE");
        (await change).ShouldBe(2);
    }

    [Fact]
    public async Task DisposeAsync_WithCommandsUnderWay_EndsThemAll()
    {
        await using var server = await RedisServer.StartAsync();
        var client = Clients.Open(server);
        await client.NumberAsync("INCR", "n");
        await server.FreezeAsync();
        var calls = Enumerable.Range(0, 10).Select(_ => client.NumberAsync("INCR", "n").AsTask()).ToList();
        await client.DisposeAsync();
        foreach (var call in calls) (await Should.ThrowAsync<CacheStoreUnavailableException>(call)).OutcomeUnknown.ShouldBeTrue();
        (await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.NumberAsync("INCR", "n"))).OutcomeUnknown.ShouldBeFalse();
    }
}
