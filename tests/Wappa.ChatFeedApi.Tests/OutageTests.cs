using System.Net;
using ChatFeedApi.Conversations;
using ChatFeedApi.Feed;
using ChatFeedApi.Users;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>What still works when the database or the cache is away.</summary>
public class OutageTests
{
    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task CachedReads_WhileTheDatabaseIsDown_Answer(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        string[] paths = ["/feed/1", "/posts/1", "/posts/1/reactions", "/conversations/1/messages"];
        foreach (var path in paths) await app.Http.GetStringAsync(path);

        app.Database.IsDown = true;

        foreach (var path in paths) (await app.Http.GetStringAsync(path)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("/feed/1", 60)]
    [InlineData("/posts/1", 120)]
    [InlineData("/posts/1/reactions", 30)]
    public async Task StaleReads_WhileTheDatabaseIsDown_AnswerForHours(string path, int minutes)
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);
        var fresh = await app.Http.GetStringAsync(path);
        app.Database.IsDown = true;

        time.Advance(TimeSpan.FromMinutes(minutes) + TimeSpan.FromHours(5));
        (await app.Http.GetStringAsync(path)).ShouldBe(fresh);

        time.Advance(TimeSpan.FromHours(2));
        using var tooOld = await app.Http.GetAsync(path);
        tooOld.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Request_ThatNeedsTheDatabase_WhileItIsDown_Is503WithoutSecrets()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        app.Database.IsDown = true;

        using var answer = await app.SendAsync(HttpMethod.Post, "/users", new UserInput("Ada", "ada@example.com"));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("database is down");
        (await app.Http.GetStringAsync("/health/ready")).ShouldContain("\"database\":\"degraded\"");
        app.Database.IsDown = false;
        (await app.Http.GetStringAsync("/health/ready")).ShouldContain("\"database\":\"healthy\"");
    }

    [Fact]
    public async Task Message_ThatTheDatabaseRefused_IsInNoCache()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        var before = await app.Http.GetStringAsync("/conversations/1/messages");
        app.Database.IsDown = true;

        using var answer = await app.SendAsync(HttpMethod.Post, "/conversations/1/messages", new MessageInput(1, "lost"));
        app.Database.IsDown = false;

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await app.Http.GetStringAsync("/conversations/1/messages")).ShouldBe(before);
    }

    [Fact]
    public async Task Reads_WhileRedisIsDown_ComeFromTheDatabase_AndWritesStand()
    {
        await using var server = await RedisServer.StartAsync();
        using var world = new World("redis") { Redis = $"{server.Url}?connectTimeout=200&commandTimeout=500" };
        await using var app = await RunningApp.StartAsync(world);
        await app.GetAsync<FeedPage>("/feed/1");
        await server.KillAsync();

        (await app.GetAsync<FeedPage>("/feed/1")).Posts.Length.ShouldBe(2);
        (await ConversationTests.PostAsync(app, 1, "Anybody?")).Id.ShouldBe(3);
        (await app.GetAsync<ChatMessage[]>("/conversations/1/messages"))[0].Text.ShouldBe("Anybody?");
        using (var online = await app.Http.PutAsync("/users/1/online", null)) online.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await app.Http.GetStringAsync("/health/ready")).ShouldContain("\"wappa-cache-redis\":\"degraded\"");

        await server.StartAgainAsync();
        await Eventually.BeTrueAsync("the cache works again", async () =>
        {
            await app.GetAsync<ChatMessage[]>("/conversations/1/messages");
            return await app.Database.CountAsync(() => app.GetAsync<ChatMessage[]>("/conversations/1/messages")) == 0;
        });
    }
}
