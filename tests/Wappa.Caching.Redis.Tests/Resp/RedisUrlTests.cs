using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Resp;

/// <summary>What connection URLs say.</summary>
public sealed class RedisUrlTests
{
    [Fact]
    public void Parse_OnlyAHost_HasTheUsualRest()
    {
        var options = RedisUrl.Parse("redis://localhost");
        options.Nodes.ShouldBe([new RedisNode("localhost", 6379)]);
        options.User.ShouldBeNull();
        options.Password.ShouldBeNull();
        options.Database.ShouldBeNull();
        options.Tls.ShouldBeNull();
    }

    [Fact]
    public void Parse_Everything_IsRead()
    {
        var options = RedisUrl.Parse(
            "rediss://ann%40x:p%3A%2F1@a.example:7000,[::1]:7001/3?connectTimeout=100&commandTimeout=250&heartbeat=50&silenceLimit=150" +
            "&clientName=bot&serverName=b.example&ca=/ca.pem&cert=/c.pem&key=/k.pem");
        options.Nodes.ShouldBe([new RedisNode("a.example", 7000), new RedisNode("::1", 7001)]);
        (options.User, options.Password, options.Database).ShouldBe(("ann@x", "p:/1", 3));
        options.ConnectTimeout.ShouldBe(TimeSpan.FromMilliseconds(100));
        options.CommandTimeout.ShouldBe(TimeSpan.FromMilliseconds(250));
        options.HeartbeatInterval.ShouldBe(TimeSpan.FromMilliseconds(50));
        options.SilenceLimit.ShouldBe(TimeSpan.FromMilliseconds(150));
        options.ClientName.ShouldBe("bot");
        options.Tls.ShouldBe(new RedisTlsOptions { ServerName = "b.example", CaFile = "/ca.pem", CertificateFile = "/c.pem", KeyFile = "/k.pem" });
    }

    [Fact]
    public void Parse_ASocket_IsItsPath() => RedisUrl.Parse("unix:///run/redis.sock?database=2").ShouldSatisfyAllConditions(
        options => options.Nodes.ShouldBe([new RedisNode("/run/redis.sock", 0)]),
        options => options.Database.ShouldBe(2));

    [Fact]
    public void Parse_Sentinels_HaveAService() => RedisUrl.Parse("redis+sentinel://a,b:1/0?service=main&sentinelPassword=s").ShouldSatisfyAllConditions(
        options => options.Nodes.ShouldBe([new RedisNode("a", 26379), new RedisNode("b", 1)]),
        options => options.SentinelService.ShouldBe("main"),
        options => options.SentinelPassword.ShouldBe("s"));

    [Theory]
    [InlineData("localhost:6379")]
    [InlineData("http://localhost")]
    [InlineData("redis://")]
    [InlineData("redis://:6379")]
    [InlineData("redis://user@secret-host")]
    [InlineData("redis://x:secret@host:99999")]
    [InlineData("redis://x:secret@host/first")]
    [InlineData("redis://x:secret@host?commandTimeout=soon")]
    [InlineData("redis://x:secret@host?commandTimeout=0")]
    [InlineData("redis://x:secret@host?unheard=1")]
    [InlineData("redis://x:secret@host?ca=/ca.pem")]
    [InlineData("redis://x:secret@host?service=main")]
    [InlineData("redis+sentinel://x:secret@host")]
    [InlineData("unix://relative")]
    public void Parse_WhatIsWrong_SaysWhatWithoutTheUrl(string url) =>
        Should.Throw<ArgumentException>(() => RedisUrl.Parse(url)).Message.ShouldNotContain("secret");

    [Theory]
    [InlineData("123456789", 12739)]
    [InlineData("{user1000}.following", 3443)]
    [InlineData("user1000", 3443)]
    [InlineData("foo{}{bar}", 8363)]
    [InlineData("foo{{bar}}zap", 4015)]
    public void HashSlot_OfKnownKeys_IsTheSpecifications(string key, int slot) => HashSlot.Of(key).ShouldBe(slot);
}
