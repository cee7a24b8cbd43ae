using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>Commands over one connection: everybody gets his own reply, whatever the others do.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task SendAsync_AThousandAtOnce_EachGetsItsOwn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        for (var round = 0; round < 5; round++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async number =>
            {
                await client.TextAsync("SET", $"key:{number}", $"value:{number}:{round}");
                return await client.ReadAsync($"key:{number}");
            }));
            replies.ShouldBe(Enumerable.Range(0, 1000).Select(number => $"value:{number}:{round}"));
        }

        (await server.CallAsync("CLIENT", "LIST")).ShouldBeOfType<string>().Split('\n').Count(line => line.Contains("name=wappa")).ShouldBe(1);
    }

    [Fact]
    public async Task SendAsync_MoreThanMayBeInFlight_WaitsForRoom()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server, options => options with { MaxInFlight = 16, MaxUnsentBytes = 512 });
        var sums = await Task.WhenAll(Enumerable.Range(0, 2000).Select(async _ => await client.NumberAsync("INCR", "count")));
        sums.Order().ShouldBe(Enumerable.Range(1, 2000).Select(number => (long)number));
    }

    [Fact]
    public async Task SendManyAsync_OneBadAmongMany_FailsAlone()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await client.NumberAsync("LPUSH", "list", "x");
        Call[] calls = [new("INCR", "n"), new("INCR", "list"), new("INCR", "n")];

        var outcomes = await client.SendManyAsync<Call, long>(calls, Replies.Integer, new CallOptions());

        outcomes[0].ShouldBe(new ReplyOutcome<long>(1, null));
        outcomes[1].Error.ShouldBeOfType<RedisServerException>().Code.ShouldBe("WRONGTYPE");
        outcomes[2].ShouldBe(new ReplyOutcome<long>(2, null));
    }

    [Fact]
    public async Task SendAsync_ToSeveralDatabases_KeepsThemApart()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async database =>
            await client.SendAsync(new Call("SET", "key", $"{database}"), Replies.Any, new CallOptions { Database = database })));
        for (var database = 0; database < 3; database++)
            (await client.SendAsync(new Call("GET", "key"), Replies.Text, new CallOptions { Database = database })).ShouldBe($"{database}");
    }

    [Fact]
    public async Task SendAsync_AParserThatThrows_HarmsNobodyElse()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await client.TextAsync("SET", "text", "no number");
        var replies = Enumerable.Range(0, 200).Select(number => (
            Bad: client.SendAsync(new Call("GET", "text"), Replies.Integer, new CallOptions()).AsTask(),
            Good: client.TextAsync("ECHO", $"{number}").AsTask())).ToList();
        for (var number = 0; number < replies.Count; number++)
        {
            await Should.ThrowAsync<RespFormatException>(replies[number].Bad);
            (await replies[number].Good).ShouldBe($"{number}");
        }
    }

    [Fact]
    public async Task SendAsync_ACommandThatLiesAboutItsLength_FailsAlone()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await Should.ThrowAsync<InvalidOperationException>(async () => await client.SendAsync(new Liar(), Replies.Any, new CallOptions()));
        (await client.TextAsync("ECHO", "still here")).ShouldBe("still here");
    }

    [Fact]
    public async Task SendAsync_LargeValues_ComeBackWhole()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server, options => options with { CommandTimeout = TimeSpan.FromSeconds(20) });
        var values = Enumerable.Range(0, 4).Select(number => new string((char)('a' + number), 3_000_000 + number)).ToArray();
        await Task.WhenAll(values.Select(async (value, number) =>
        {
            await client.TextAsync("SET", $"large:{number}", value);
            (await client.ReadAsync($"large:{number}")).ShouldBe(value);
        }));
    }

    [Fact]
    public async Task SendAsync_AReplyBeyondTheLimit_EndsTheConnectionOnly()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server, options => options with { MaxReplyBytes = 1000, MaxReplyDepth = 4 });
        await client.TextAsync("SET", "large", new string('x', 2000));

        var large = await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.TextAsync("GET", "large"));
        large.InnerException.ShouldBeOfType<RespFormatException>().Message.ShouldContain("1000 bytes");
        var deep = await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
            await client.TextAsync("EVAL", "return {{{{{{1}}}}}}", "0"));
        deep.InnerException.ShouldBeOfType<RespFormatException>().Message.ShouldContain("4 levels");

        (await client.TextAsync("ECHO", "again")).ShouldBe("again");
    }

    [Fact]
    public async Task SendAsync_AContinuationThatBlocksOnAnother_IsNoDeadlock()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await client.NumberAsync("INCR", "n");
        var done = await Task.WhenAll(Enumerable.Range(0, 4).Select(async number =>
        {
            await client.NumberAsync("INCR", "n").ConfigureAwait(false);

            // On the thread that runs continuations: what many an application does, however wrong.
#pragma warning disable xUnit1031
            return client.TextAsync("ECHO", $"{number}").AsTask().GetAwaiter().GetResult();
#pragma warning restore xUnit1031
        }));
        done.ShouldBe(["0", "1", "2", "3"]);
    }

    [Fact]
    public async Task SendAsync_Cancelled_LeavesItsReplyToNobody()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await client.NumberAsync("INCR", "n");
        await server.FreezeAsync();
        using var leaving = new CancellationTokenSource();
        var left = Enumerable.Range(0, 100).Select(_ =>
            client.SendAsync(new Call("INCR", "n"), Replies.Integer, new CallOptions(), leaving.Token).AsTask()).ToList();
        var kept = Enumerable.Range(0, 100).Select(number => client.TextAsync("ECHO", $"{number}").AsTask()).ToList();

        await leaving.CancelAsync();
        foreach (var call in left) await Should.ThrowAsync<OperationCanceledException>(call);
        await server.ThawAsync();

        (await Task.WhenAll(kept)).ShouldBe(Enumerable.Range(0, 100).Select(number => $"{number}"));
        (await client.ReadAsync("n")).ShouldBe("101");
    }

    [Fact]
    public async Task SendAsync_CancelledBefore_SendsNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await client.SendAsync(new Call("INCR", "n"), Replies.Integer, new CallOptions(), new CancellationToken(true)));
        (await client.ReadAsync("n")).ShouldBeNull();
    }

    [Fact]
    public async Task SendAsync_CancelledAtRandom_MixesNothingUp()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var random = new Random(7);
        var seeds = Enumerable.Range(0, 32).Select(_ => random.Next()).ToList();
        await Task.WhenAll(seeds.Select(seed => Task.Run(async () =>
        {
            var mine = new Random(seed);
            for (var number = 0; number < 300; number++)
            {
                using var leaving = new CancellationTokenSource();
                var call = client.SendAsync(new Call("ECHO", $"{seed}:{number}"), Replies.Text, new CallOptions(), leaving.Token);
                if (mine.Next(2) == 0) await leaving.CancelAsync();
                try
                {
                    (await call).ShouldBe($"{seed}:{number}");
                }
                catch (OperationCanceledException)
                {
                    leaving.IsCancellationRequested.ShouldBeTrue();
                }
            }
        })));
    }

    private readonly struct Liar : IRedisCommand
    {
        public string? Key => null;

        public void Write(ref CommandWriter writer) => writer.Begin("ECHO"u8, 1);
    }
}
