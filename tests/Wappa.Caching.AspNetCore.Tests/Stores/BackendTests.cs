using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.AspNetCore.Tests.Stores;

/// <summary>The same behaviour wherever responses are kept; and two instances of an app on one Redis.</summary>
public sealed class BackendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wappa-http-").FullName;

    [Theory]
    [InlineData("memory")]
    [InlineData("json")]
    [InlineData("redis")]
    [InlineData("redis without memory")]
    public async Task Response_OnAnyBackend_IsStoredVariedAndInvalidated(string backend)
    {
        var runs = 0;
        await using var app = await StartAsync(backend, await PrefixAsync(), web =>
        {
            web.MapGet("/users", (Microsoft.AspNetCore.Http.HttpContext context) =>
            {
                context.Response.Headers.Vary = "X-A";
                return $"{context.Request.Headers["X-A"]} {Interlocked.Increment(ref runs)}";
            }).Cache(policy => policy.For(TimeSpan.FromMinutes(1)).Key(_ => "users_list"));
            web.MapPost("/users", () => "made");
        });

        (await app.GetAsync("/users", ("X-A", "1"))).Body.ShouldBe("1 1");
        (await app.GetAsync("/users", ("X-A", "2"))).Body.ShouldBe("2 2");
        var hit = await app.GetAsync("/users", ("X-A", "1"));
        (hit.Body, hit.IsHit).ShouldBe(("1 1", true));
        (await app.GetAsync("/users", ("X-A", "1"), ("If-None-Match", hit["ETag"]!))).Status.ShouldBe(304);
        await app.SendAsync(HttpMethod.Post, "/users");
        (await app.GetAsync("/users", ("X-A", "1"))).Body.ShouldBe("1 3");
        await app.Cache.InvalidateKeyAsync("users_list");
        await app.Cache.InvalidateKeyAsync("hits:nothing");
        (await app.GetAsync("/users", ("X-A", "1"))).Body.ShouldBe("1 4");
        await app.Cache.InvalidatePrefixAsync("nothing:");
        (await app.Cache.ClearAsync()).ShouldBeGreaterThan(0);
        (await app.GetAsync("/users", ("X-A", "1"))).Body.ShouldBe("1 5");
    }

    [Fact]
    public async Task TwoInstances_OnOneRedis_ShareResponsesAndInvalidations()
    {
        var (runs, value) = (0, 1);
        var prefix = await PrefixAsync();
        void Map(WebApplication web)
        {
            web.MapGet("/users/{id}", (int id) =>
            {
                Interlocked.Increment(ref runs);
                return $"{id} is {value}";
            }).Cache(policy => policy.SharedByHosts().Key(context => $"user:{context.Request.RouteValues["id"]}"));
            web.MapPut("/users/{id}", (int id) => $"{id} is {++value}");
        }

        await using var one = await StartAsync("redis", prefix, Map);
        await using var two = await StartAsync("redis", prefix, Map);
        await one.GetAsync("/users/5");
        var other = await two.GetAsync("/users/5");
        (other.Body, other.IsHit, runs).ShouldBe(("5 is 1", true, 1));

        await one.SendAsync(HttpMethod.Put, "/users/5");
        (await one.GetAsync("/users/5")).Body.ShouldBe("5 is 2"); // the writer reads its write
        await Eventually.BeTrueAsync("the other instance knows", async () => (await two.GetAsync("/users/5")).Body == "5 is 2");
        runs.ShouldBe(2);

        value = 3;
        await two.Cache.InvalidateKeyAsync("user:5");
        (await two.GetAsync("/users/5")).Body.ShouldBe("5 is 3");
        await Eventually.BeTrueAsync("the first instance knows", async () => (await one.GetAsync("/users/5")).Body == "5 is 3");
    }

    [Fact]
    public async Task ResponseBeingMade_OnAnotherInstance_IsNotStoredAfterAnInvalidation()
    {
        var value = 1;
        var (began, go) = (NewGate(), NewGate());
        var prefix = await PrefixAsync();
        void Map(WebApplication web)
        {
            web.MapGet("/a", async () =>
            {
                var read = value;
                if (read > 1) return $"{read}";
                began.SetResult();
                await go.Task;
                return $"{read}";
            }).Cache(policy => policy.SharedByHosts());
            web.MapPut("/a", () => $"{value = 2}");
        }

        await using var one = await StartAsync("redis", prefix, Map);
        await using var two = await StartAsync("redis", prefix, Map);
        var slow = one.GetAsync("/a");
        await began.Task;
        await two.SendAsync(HttpMethod.Put, "/a");
        go.SetResult();
        (await slow).Body.ShouldBe("1"); // it asked before the write
        (await one.GetAsync("/a")).Body.ShouldBe("2");
        (await two.GetAsync("/a")).Body.ShouldBe("2");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<(string Url, string Prefix)> PrefixAsync() =>
        ((await SharedServers.StandaloneAsync()).Url, $"{Guid.NewGuid():N}:");

    private Task<TestApp> StartAsync(string backend, (string Url, string Prefix) redis, Action<WebApplication> map) => TestApp.StartAsync(
        map,
        builder => builder.Services.AddWappaCaching(caching =>
        {
            if (backend == "json") caching.UseJson(_folder);
            if (!backend.StartsWith("redis", StringComparison.Ordinal)) return;
            builder.Services.AddSingleton(TimeProvider.System);
            caching.UseRedis(options =>
            {
                (options.Url, options.KeyPrefix) = redis;
                options.KeepEntriesInMemory = backend == "redis";
            });
        }));
}
