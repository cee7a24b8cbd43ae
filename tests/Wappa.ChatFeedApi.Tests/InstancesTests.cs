using ChatFeedApi.Conversations;
using ChatFeedApi.Feed;
using ChatFeedApi.Reports;
using ChatFeedApi.Users;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>Two instances of the app with one database and one Redis.</summary>
public class InstancesTests
{
    [Fact]
    public async Task Post_OnOne_ShowsInTheFeedOfTheOther()
    {
        using var world = new World("redis");
        await using var one = await RunningApp.StartAsync(world);
        await using var other = await RunningApp.StartAsync(world);
        await one.GetAsync<FeedPage>("/feed/1");
        (await other.Database.CountAsync(() => other.GetAsync<FeedPage>("/feed/1"))).ShouldBe(0, "what one has loaded serves both");

        var post = await one.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(2, "To all"));

        (await one.GetAsync<FeedPage>("/feed/1")).Posts.ShouldContain(post);
        await Eventually.BeTrueAsync("the other sees it", async () => (await other.GetAsync<FeedPage>("/feed/1")).Posts.Contains(post));
    }

    [Fact]
    public async Task Messages_PostedOnBoth_AreAllThereOnce_AndFollowersOfBothAreTold()
    {
        using var world = new World("redis");
        await using var one = await RunningApp.StartAsync(world);
        await using var other = await RunningApp.StartAsync(world);
        await using var atOne = await LiveEvents.FollowAsync(one, 5);
        await using var atOther = await LiveEvents.FollowAsync(other, 5);
        await atOne.UntilReadyAsync();
        await atOther.UntilReadyAsync();

        await Task.WhenAll(Enumerable.Range(1, 20).Select(
            i => ConversationTests.PostAsync(i % 2 == 0 ? one : other, 5, $"{i}")));

        List<ChatMessage> told = [], toldToo = [];
        for (var i = 0; i < 20; i++)
        {
            told.Add(await atOne.NextMessageAsync());
            toldToo.Add(await atOther.NextMessageAsync());
        }

        told.Select(message => message.Id).ShouldBe(Enumerable.Range(1, 20).Select(id => (long)id));
        told.Select(message => message.Text).ShouldBe(Enumerable.Range(1, 20).Select(i => $"{i}"), ignoreOrder: true);
        toldToo.ShouldBe(told);
        (await other.GetAsync<ChatMessage[]>("/conversations/5/messages")).Reverse().ShouldBe(told);
    }

    [Fact]
    public async Task Online_OnOne_IsOnlineOnTheOther()
    {
        using var world = new World("redis");
        await using var one = await RunningApp.StartAsync(world);
        await using var other = await RunningApp.StartAsync(world);

        using var marked = await one.Http.PutAsync("/users/2/online", null);

        (await other.GetAsync<OnlineStatus>("/users/2/online")).Online.ShouldBeTrue();
    }

    [Fact]
    public async Task ExpensiveOperation_AskedOfBothAtOnce_IsDoneOnce()
    {
        using var world = new World("redis");
        await using var one = await RunningApp.StartAsync(world);
        await using var other = await RunningApp.StartAsync(world);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => (i % 2 == 0 ? one : other).GetAsync<ExpensiveResult>("/expensive-operation")));

        results.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Tenants_OnOneServer_ShareNothing()
    {
        using var world = new World("redis");
        using var elsewhere = new World("redis");
        await using var one = await RunningApp.StartAsync(world);
        await using var other = await RunningApp.StartAsync(elsewhere);
        await one.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(2, "Ours"));
        await one.GetAsync<FeedPage>("/feed/1");

        (await other.GetAsync<FeedPage>("/feed/1")).Posts.ShouldNotContain(post => post.Text == "Ours");

        await using var raw = await (await SharedServers.StandaloneAsync()).ConnectAsync();
        await raw.CallAsync("SELECT", "3");
        (await raw.TextAsync("EXISTS", $"myapp:{world.Tenant}:cache::feed:v1:user:1:feed:page_1")).ShouldBe("1");
    }

    [Fact]
    public async Task Keys_WithoutATenant_BeginWithThePrefixAlone()
    {
        await using var server = await RedisServer.StartAsync();
        using var world = new World("redis") { Tenant = null, Redis = server.Url };
        await using var app = await RunningApp.StartAsync(world);

        await app.GetAsync<FeedPage>("/feed/1");

        await using var raw = await server.ConnectAsync();
        await raw.CallAsync("SELECT", "3");
        (await raw.TextAsync("EXISTS", "myapp:cache::feed:v1:user:1:feed:page_1")).ShouldBe("1");
    }
}
