using System.Net;
using System.Text.Json;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>What the app offers beside its features.</summary>
public class HttpTests
{
    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Health_OnEachBackend_IsHealthyAndTellsNoSecret(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);

        (await app.Http.GetStringAsync("/health")).ShouldContain("\"status\":\"healthy\"");
        var ready = await app.Http.GetStringAsync("/health/ready");

        ready.ShouldContain("\"status\":\"healthy\"");
        ready.ShouldContain("\"wappa-cache-entries\":\"healthy\"");
        ready.ShouldContain("\"database\":\"healthy\"");
        if (backend != "memory") ready.ShouldContain($"\"wappa-cache-{backend}\":\"healthy\"");
        ready.ShouldNotContain(world.Folder);
        ready.ShouldNotContain("127.0.0.1");
    }

    [Fact]
    public async Task OpenApi_Document_HasEveryRoute()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        using var document = JsonDocument.Parse(await app.Http.GetStringAsync("/openapi/v1.json"));

        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        paths.ShouldBe(
            [
                "/users", "/users/{id}", "/users/{id}/online", "/users/{id}/follows/{other}", "/conversations/{id}/messages",
                "/conversations/{id}/live", "/conversations/{id}/typing", "/conversations/{id}/typing/{userId}", "/feed/{userId}",
                "/posts", "/posts/{id}", "/posts/{id}/reactions", "/expensive-operation",
            ],
            ignoreOrder: true);
        var user = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("User").GetProperty("properties");
        user.EnumerateObject().Select(property => property.Name).ShouldBe(["id", "name", "email"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task CacheStats_AreForAnybody_AndTheResetForNobody(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        await app.Http.GetStringAsync("/posts/1");
        var before = await app.GetAsync<Stats>("/cache-stats");
        await app.Http.GetStringAsync("/posts/1");

        using var reset = await app.Http.PostAsync("/cache-stats/reset", null);

        reset.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var after = await app.GetAsync<Stats>("/cache-stats");
        after.Backend.ShouldBe(backend);
        after.Hits.ShouldBeGreaterThan(before.Hits);
    }

    [Theory]
    [InlineData("/feed/1")]
    [InlineData("/conversations/1/messages")]
    [InlineData("/users?q=ada")]
    public async Task Answer_ThatTheClientHas_Is304(string path)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        using var first = await app.Http.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag.ShouldNotBeNull() } } };

        using var second = await app.Http.SendAsync(request);

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Data_SurvivesARestart()
    {
        using var world = new World("json");
        await using (var app = await RunningApp.StartAsync(world)) await ConversationTests.PostAsync(app, 1, "remember me");

        await using var next = await RunningApp.StartAsync(world);

        (await next.Http.GetStringAsync("/conversations/1/messages")).ShouldContain("remember me");
    }

    private sealed record Stats(string Backend, long Hits, long Misses);
}
