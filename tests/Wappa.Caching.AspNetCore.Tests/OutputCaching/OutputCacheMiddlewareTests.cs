using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.AspNetCore.Tests.OutputCaching;

/// <summary>ASP.NET Core's own middleware over the stores.</summary>
public sealed class OutputCacheMiddlewareTests : IDisposable
{
    private static readonly string Large = string.Concat(Enumerable.Repeat("all work and no play ", 20_000));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wappa-output-");
    private int _runs;

    public static TheoryData<string> Backends => ["memory", "json", "redis"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Get_Again_IsAHitUntilItsTagIsEvicted(string backend)
    {
        await using var app = await StartAsync(backend);

        foreach (var path in new[] { "/users?q=a", "/large" })
        {
            _runs = 0;
            var first = await app.GetAsync(path);
            var hit = await app.GetAsync(path);

            (hit.Status, hit.Body, hit["Content-Type"], hit.IsHit).ShouldBe((200, first.Body, first["Content-Type"], true));
            _runs.ShouldBe(1);

            await app.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync("users", Ct);
            (await app.GetAsync(path)).IsHit.ShouldBeFalse();
            _runs.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Eviction_OfOneApp_ReachesTheOther()
    {
        await using var one = await StartAsync("redis", "shared");
        await using var other = await StartAsync("redis", "shared");
        var first = await one.GetAsync("/users");

        (await other.GetAsync("/users")).Body.ShouldBe(first.Body);
        _runs.ShouldBe(1);
        await other.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync("users", Ct);

        // What one keeps in memory the server tells it to drop, a moment later.
        await Eventually.BeTrueAsync("the eviction", async () => !(await one.GetAsync("/users")).IsHit);
        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task OnJsonFiles_AResponse_SurvivesARestart()
    {
        string body;
        await using (var app = await StartAsync("json")) body = (await app.GetAsync("/users")).Body;

        await using var next = await StartAsync("json");
        (await next.GetAsync("/users")).Body.ShouldBe(body);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task StoreThatIsAway_CostsTheHitsAndNothingElse()
    {
        await using var server = await RedisServer.StartAsync();
        await using var app = await StartAsync($"{server.Url}?connectTimeout=200&commandTimeout=500");
        await app.GetAsync("/users");
        await server.StopAsync();

        (await app.GetAsync("/users?q=b")).Status.ShouldBe(200);
        (await app.GetAsync("/users?q=b")).Status.ShouldBe(200);

        _runs.ShouldBe(3);
        await Should.ThrowAsync<CacheStoreException>(
            () => app.Services.GetRequiredService<IOutputCacheStore>().EvictByTagAsync("users", Ct).AsTask());
    }

    private async Task<TestApp> StartAsync(string backend, string? prefix = null)
    {
        var url = backend == "redis" ? (await SharedServers.StandaloneAsync()).Url : backend;
        prefix ??= Guid.NewGuid().ToString("N");
        return await TestApp.StartAsync(
            web =>
            {
                web.UseOutputCache();
                web.MapGet("/users", (HttpContext context) => $"{Interlocked.Increment(ref _runs)}{context.Request.QueryString}")
                    .CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(5)).Tag("users").SetVaryByHost(false)); // each app has its own port
                web.MapGet("/large", () => $"{Interlocked.Increment(ref _runs)}{Large}")
                    .CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(5)).Tag("users"));
            },
            builder =>
            {
                builder.Services.AddSingleton(TimeProvider.System); // the Redis client's deadlines are real
                builder.Services.AddOutputCache();
                builder.Services.AddWappaOutputCacheStore();
                builder.Services.AddWappaCaching(caching => _ = backend switch
                {
                    "memory" => caching.UseMemory(),
                    "json" => caching.UseJson(_folder.FullName),
                    _ => caching.UseRedis(redis =>
                    {
                        redis.Url = url;
                        redis.KeyPrefix = prefix + ":";
                    }),
                });
            });
    }
}
