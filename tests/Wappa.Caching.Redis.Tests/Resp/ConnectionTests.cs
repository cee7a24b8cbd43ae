using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>Who is let in, how, and what is found out about the server.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task ConnectAsync_ToRedis_FindsOutWhatItCanDo()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var facts = await client.ConnectAsync();
        facts.Protocol.ShouldBe(3);
        facts.Version.ShouldBeGreaterThanOrEqualTo(new Version(6, 0));
        facts.IsCluster.ShouldBeFalse();
        facts.HasScripts.ShouldBeTrue();
        facts.HasTracking.ShouldBeTrue();
        (await client.GetPrimariesAsync()).ShouldBe([new RedisNode("127.0.0.1", server.Port)]);
    }

    [Fact]
    public async Task ConnectAsync_ToAServerWithoutHello_SpeaksTheOldProtocol()
    {
        await using var server = await RedisServer.StartAsync(
            new() { Lines = ["rename-command HELLO \"\"", "requirepass secret"], Account = ("default", "secret") });
        await using var client = Clients.Open($"redis://:secret@127.0.0.1:{server.Port}");
        var facts = await client.ConnectAsync();
        facts.Protocol.ShouldBe(2);
        facts.Version.ShouldBeGreaterThanOrEqualTo(new Version(6, 0));
        facts.HasTracking.ShouldBeFalse();
        (await client.NumberAsync("HSET", "h", "a", "1")).ShouldBe(1);
        (await client.ReadAsync("none")).ShouldBeNull();
        await Should.ThrowAsync<NotSupportedException>(async () => await client.TrackAsync(0, [], new Recorder()));
    }

    [Theory]
    [InlineData("redis://:wr0ng@127.0.0.1")]
    [InlineData("redis://127.0.0.1")]
    [InlineData("redis://nobody:s3cr3t@127.0.0.1")]
    public async Task ConnectAsync_WithWrongCredentials_FailsAtOnceAndTellsNoSecrets(string url)
    {
        await using var server = await RedisServer.StartAsync(new() { Lines = ["requirepass s3cr3t"], Account = ("default", "s3cr3t") });
        await using var client = Clients.Open($"{url}:{server.Port}?commandTimeout=60000&connectTimeout=60000");
        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.ConnectAsync());
        error.Message.ShouldBe("Redis refused the user or the password. Check them in the connection URL.");
        error.ToString().ShouldNotContain("s3cr3t");
        error.ToString().ShouldNotContain("wr0ng");
    }

    [Fact]
    public async Task ConnectAsync_OverAUnixSocket_Works()
    {
        var path = Path.Combine(Path.GetTempPath(), $"wappa-{Guid.NewGuid():N}.sock");
        await using var server = await RedisServer.StartAsync(new() { Lines = [$"unixsocket {path}"] });
        await using var client = Clients.Open($"unix://{path}?database=1");
        (await client.TextAsync("ECHO", "hello")).ShouldBe("hello");
    }

    [Fact]
    public async Task ConnectAsync_OverTlsAsAnAclUser_Works()
    {
        using var certificates = ServerCertificates.Create();
        await using var server = await RedisServer.StartAsync(new()
        {
            Tls = certificates,
            Lines = ["user default off", "user bot on >pass~word ~* &* +@all"],
            Account = ("bot", "pass~word"),
        });
        var url = $"rediss://bot:pass~word@localhost:{server.Port}?ca={certificates.AuthorityFile}" +
            $"&cert={certificates.ClientFile}&key={certificates.ClientKeyFile}";
        await using var client = Clients.Open(url);
        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(async number => await client.TextAsync("ECHO", $"{number}")));
        replies.ShouldBe(Enumerable.Range(0, 200).Select(number => $"{number}"));
    }

    [Fact]
    public async Task ConnectAsync_OverTlsWithAnUnknownAuthority_Refuses()
    {
        using var certificates = ServerCertificates.Create();
        await using var server = await RedisServer.StartAsync(new() { Tls = certificates });
        await using var client = Clients.Open($"rediss://localhost:{server.Port}?connectTimeout=500");
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await client.ConnectAsync());
    }

    [Fact]
    public async Task SendAsync_ToADatabaseThatIsNotThere_NeverReachesAnother()
    {
        await using var server = await RedisServer.StartAsync(new() { Lines = ["databases 2"] });
        await using var client = Clients.Open(server);
        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
            await client.SendAsync(new Call("SET", "key", "x"), Replies.Any, new CallOptions { Database = 2 }));
        error.OutcomeUnknown.ShouldBeFalse();
        (await server.CallAsync("DBSIZE")).ShouldBe(0L);
    }
}

/// <summary>Keeps what a listener is told.</summary>
internal sealed class Recorder : IInvalidationListener, IMessageListener
{
    private readonly List<string> _heard = [];

    internal string[] Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    public void OnInvalidated(ReadOnlySpan<byte> key) => Add("key " + System.Text.Encoding.UTF8.GetString(key));

    public void OnEverythingInvalidated() => Add("all");

    public void OnGap() => Add("gap");

    public void OnTracking() => Add("tracking");

    public void OnMessage(ReadOnlySpan<byte> payload) => Add("message " + System.Text.Encoding.UTF8.GetString(payload));

    internal Task UntilAsync(string what) => Eventually.BeTrueAsync(what, () => Task.FromResult(Heard.Contains(what)));

    private void Add(string what)
    {
        lock (_heard) _heard.Add(what);
    }
}
