using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Guide.Tests;

public sealed class RedisBackendTests : IAsyncLifetime
{
    private RedisServer? _server;

    private RedisServer Server => _server ?? throw new InvalidOperationException("The test has not begun.");

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task UseRedis_WithOptions_KeepsRecordsUnderThePrefix()
    {
        var services = new ServiceCollection();
        var url = Server.Url;

        // snippet: backends-redis
        services.AddWappaCaching(caching => caching.UseRedis(redis =>
        {
            redis.Url = url;                     // default: redis://localhost:6379
            redis.KeyPrefix = "myapp:";          // default: none
            redis.KeepRecordsInMemory = true;    // default: false; entries are, by default
        }));
        // end

        await using var app = services.BuildServiceProvider();
        var caches = app.GetRequiredService<ICacheFactory>();
        caches.Backend.ShouldBe("redis");
        await caches.ForUser("hotel123", "1234567890").User.SetAsync("profile", new { name = "Sarah", message_count = 42 });

        await using var raw = await Server.ConnectAsync();
        (await raw.TextAsync("HGET", "myapp:hotel123:user:1234567890", "message_count")).ShouldBe("42");
    }

    [Fact]
    public async Task BackendsPage_Hash_IsTheOneThatIsWritten()
    {
        await using var redis = RedisStores.Open(new RedisStoreOptions { Url = Server.Url });
        await CacheFactory.Over(redis.Documents).ForUser("hotel123", "1234567890").User
            .SetAsync("profile", new { name = "Sarah", message_count = 42 });

        await using var raw = await Server.ConnectAsync();
        var fields = (await raw.ListAsync("HGETALL", "hotel123:user:1234567890")).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        fields.Keys.Order().ShouldBe(["$meta", "message_count", "name"]);
        (fields["name"], fields["message_count"]).ShouldBe(("\"Sarah\"", "42"));
    }

    [Fact]
    public async Task Open_ByHand_AsksTheServers()
    {
        var url = Server.Url;

        // snippet: backends-redis-stores
        await using var redis = RedisStores.Open(new RedisStoreOptions { Url = url, CommandTimeout = TimeSpan.FromSeconds(2) });
        var user = CacheFactory.Over(redis.Documents).ForUser("hotel123", "+1234567890");
        await user.State.SetAsync("pizza_order", new { step = "size" });

        var status = await redis.CheckAsync(); // asks every server; throws when one does not answer
        // end

        status.Server.ShouldStartWith("redis ");
        (await user.State.GetFieldAsync<string>("pizza_order", "step")).ShouldBe("size");
    }
}
