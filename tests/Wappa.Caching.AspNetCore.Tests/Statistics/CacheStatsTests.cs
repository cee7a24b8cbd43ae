using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.AspNetCore.Tests.Statistics;

public class CacheStatsTests
{
    private static readonly (string, string) Anna = (HeaderScheme.Header, "anna");
    private static readonly (string, string) Operator = (HeaderScheme.Header, "operator");

    [Fact]
    public async Task Get_OfWhoHasSignedIn_TellsCountsAndNothingElse()
    {
        await using var app = await StartAsync(web => web.MapCacheStats());
        await UseAsync(app);

        var reply = await app.GetAsync("/cache-stats", Anna);

        (reply.Status, reply["Content-Type"], reply["Cache-Control"]).ShouldBe((200, "application/json; charset=utf-8", "no-store"));
        var page = JsonDocument.Parse(reply.Body).RootElement;
        page.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["backend", "hits", "misses", "hit_rate", "sets", "deletes", "errors", "evictions", "entries", "bytes"]);
        page.GetProperty("backend").GetString().ShouldBe("memory");
        page.GetProperty("hits").GetInt64().ShouldBe(3);
        page.GetProperty("misses").GetInt64().ShouldBe(1);
        page.GetProperty("hit_rate").GetDouble().ShouldBe(0.75);
        page.GetProperty("entries").GetInt64().ShouldBe(1);
        reply.Body.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Reset_OfWhoHasSignedIn_BeginsAnew()
    {
        await using var app = await StartAsync(web => web.MapCacheStats());
        await UseAsync(app);

        var reset = await app.SendAsync(HttpMethod.Post, "/cache-stats/reset", Anna);

        (reset.Status, reset.Body, reset["Cache-Control"]).ShouldBe((200, "{\"status\":\"reset\"}", "no-store"));
        var page = JsonDocument.Parse((await app.GetAsync("/cache-stats", Anna)).Body).RootElement;
        page.GetProperty("hits").GetInt64().ShouldBe(0);
        page.GetProperty("hit_rate").ValueKind.ShouldBe(JsonValueKind.Null);
        page.GetProperty("entries").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Anonymous_Unless_ToldOtherwise_Is401()
    {
        await using var app = await StartAsync(web => web.MapCacheStats());

        (await app.GetAsync("/cache-stats")).Status.ShouldBe(401);
        (await app.SendAsync(HttpMethod.Post, "/cache-stats/reset")).Status.ShouldBe(401);
        (await app.GetAsync("/cache-stats/reset", Anna)).Status.ShouldBe(405);
    }

    [Theory]
    [InlineData(true, 401)]
    [InlineData(false, 403)]
    public async Task AllowAnonymousReads_OpensReadingAndNotResetting(bool hasAuthentication, int status)
    {
        await using var app = await StartAsync(web => web.MapCacheStats(o => o.AllowAnonymousReads = true), hasAuthentication);

        (await app.GetAsync("/cache-stats")).Status.ShouldBe(200);
        (await app.SendAsync(HttpMethod.Post, "/cache-stats/reset")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task AllowAnonymous_OpensBoth()
    {
        await using var app = await StartAsync(web => web.MapCacheStats().AllowAnonymous(), hasAuthentication: false);

        (await app.GetAsync("/cache-stats")).Status.ShouldBe(200);
        (await app.SendAsync(HttpMethod.Post, "/cache-stats/reset")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task RequireAuthorization_WithAPolicy_AsksForMore()
    {
        await using var app = await StartAsync(web => web.MapCacheStats("/internal/cache/").RequireAuthorization("ops"));

        (await app.GetAsync("/internal/cache", Anna)).Status.ShouldBe(403);
        (await app.GetAsync("/internal/cache", Operator)).Status.ShouldBe(200);
        (await app.SendAsync(HttpMethod.Post, "/internal/cache/reset", Anna)).Status.ShouldBe(403);
        (await app.SendAsync(HttpMethod.Post, "/internal/cache/reset", Operator)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task InAGroup_TheGroupsAuthorizationIsTheOneThatCounts()
    {
        await using var app = await StartAsync(web => web.MapGroup("/ops").RequireAuthorization("ops").MapCacheStats());

        (await app.GetAsync("/ops/cache-stats", Anna)).Status.ShouldBe(403);
        (await app.GetAsync("/ops/cache-stats", Operator)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("authorization")]
    [InlineData("authentication without a scheme")]
    [InlineData("both without a scheme")]
    [InlineData("authentication")]
    public async Task WithoutAuthentication_Is403AndTheAppSaysSoAtItsStart(string has)
    {
        var logs = new LogLines();
        await using var app = await TestApp.StartAsync(
            web => web.MapCacheStats(),
            builder =>
            {
                builder.Logging.AddProvider(logs);
                if (has is "authorization" or "both without a scheme") builder.Services.AddAuthorization();
                if (has is "authentication without a scheme" or "both without a scheme") builder.Services.AddAuthentication();
                if (has is "authentication") HeaderScheme.Add(builder.Services);
            });

        logs.Warnings.Count(line => line.Contains("answers 403 to everybody")).ShouldBe(2);
        logs.Warnings.ShouldContain(line => line.StartsWith("/cache-stats "));
        logs.Warnings.ShouldContain(line => line.StartsWith("/cache-stats/reset "));
        (await app.GetAsync("/cache-stats")).Status.ShouldBe(403);
        (await app.SendAsync(HttpMethod.Post, "/cache-stats/reset", Anna)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task WithAuthentication_TheAppSaysNothing()
    {
        var logs = new LogLines();
        await using var app = await StartAsync(web => web.MapCacheStats(), build: builder => builder.Logging.AddProvider(logs));

        logs.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void MapCacheStats_WithoutACache_SaysWhatIsMissing()
    {
        var web = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => web.MapCacheStats()).Message.ShouldContain("AddWappaCaching");
    }

    private static async Task UseAsync(TestApp app)
    {
        var store = app.Services.GetRequiredService<ICacheStore>();
        await store.GetAsync("orders:v1:secret-key");
        await store.SetAsync("orders:v1:secret-key", new CacheEntry("secret value"u8.ToArray()) { Tags = ["secret-tag"] });
        for (var i = 0; i < 3; i++) await store.GetAsync("orders:v1:secret-key");
    }

    private static Task<TestApp> StartAsync(
        Action<WebApplication> map, bool hasAuthentication = true, Action<WebApplicationBuilder>? build = null) =>
        TestApp.StartAsync(map, builder =>
        {
            build?.Invoke(builder);
            if (!hasAuthentication) return;
            HeaderScheme.Add(builder.Services);
            builder.Services.AddAuthorizationBuilder().AddPolicy("ops", policy => policy.RequireUserName("operator"));
        });
}
