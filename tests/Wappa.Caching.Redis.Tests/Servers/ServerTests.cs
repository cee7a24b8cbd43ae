namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>The servers of the tests do what their names say.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task Server_RestartedWithItsData_HasThem()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await server.CallAsync("SET", "a", "1");
        await server.KillAsync();
        await Should.ThrowAsync<IOException>(() => server.CallAsync("PING"));

        await server.StartAgainAsync();

        (await server.CallAsync("GET", "a")).ShouldBe("1");
        await server.StopAsync();
    }

    [Fact]
    public async Task Server_Frozen_AnswersWhenThawed()
    {
        await using var server = await RedisServer.StartAsync();
        await using var raw = await server.ConnectAsync();
        await server.FreezeAsync();
        var answer = raw.TextAsync("PING");
        answer.IsCompleted.ShouldBeFalse();

        await server.ThawAsync();

        (await answer).ShouldBe("PONG");
    }

    [Fact]
    public async Task Server_OfTlsAndUsers_LetsInWhoIsKnown()
    {
        using var certificates = ServerCertificates.Create();
        await using var server = await RedisServer.StartAsync(new()
        {
            Tls = certificates,
            Account = ("ann", "secret"),
            Lines = ["user default off", "user ann on >secret ~* &* +@all"],
        });
        (await server.CallAsync("ACL", "WHOAMI")).ShouldBe("ann");

        await using var stranger = await RawRedis.ConnectAsync(server.Port, certificates.Authority);
        await Should.ThrowAsync<RawRedisException>(() => stranger.CallAsync("PING"));
    }

    [Fact]
    public async Task Cluster_OfThree_SpreadsAndMovesSlots()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var (slot, owner) = await cluster.OwnerOfAsync("a");
        var other = cluster.Primaries.First(node => node != owner);
        await owner.CallAsync("SET", "a", "1");
        (await Should.ThrowAsync<RawRedisException>(() => other.CallAsync("GET", "a"))).Message.ShouldStartWith("MOVED");

        await RedisCluster.MoveSlotAsync(slot, owner, other);

        (await other.CallAsync("GET", "a")).ShouldBe("1");
    }

    [Fact]
    public async Task Sentinels_ToldToFailOver_NameTheReplica()
    {
        await using var sentinels = await RedisSentinels.StartAsync();
        var old = await sentinels.PrimaryAsync();
        await old.CallAsync("SET", "a", "1");
        await using (var raw = await old.ConnectAsync()) (await raw.NumberAsync("WAIT", "1", "5000")).ShouldBe(1);

        var now = await sentinels.FailOverAsync();

        now.Port.ShouldNotBe(old.Port);
        (await now.CallAsync("GET", "a")).ShouldBe("1");
    }

    [Fact]
    public async Task Proxy_ToldToMisbehave_Does()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using (var raw = await RawRedis.ConnectAsync(proxy.Port))
        {
            (await raw.TextAsync("ECHO", "hello")).ShouldBe("hello");
            proxy.SwallowAll();
            var answer = raw.TextAsync("ECHO", "late");
            proxy.PassOn();
            (await answer).ShouldBe("late");
            proxy.CutRepliesAfter(4);
            await Should.ThrowAsync<IOException>(() => raw.TextAsync("ECHO", "cut"));
        }

        await using (var raw = await RawRedis.ConnectAsync(proxy.Port)) (await raw.TextAsync("PING")).ShouldBe("PONG");
        proxy.Refuse();
        await Should.ThrowAsync<IOException>(async () =>
        {
            await using var raw = await RawRedis.ConnectAsync(proxy.Port);
            await raw.TextAsync("PING");
        });
        proxy.Accept();
        await using (var raw = await RawRedis.ConnectAsync(proxy.Port)) (await raw.TextAsync("PING")).ShouldBe("PONG");
    }
}
