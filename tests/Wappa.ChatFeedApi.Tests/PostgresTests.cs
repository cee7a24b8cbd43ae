using System.Net;
using ChatFeedApi.Conversations;
using ChatFeedApi.Feed;
using ChatFeedApi.Users;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>The same app with its data in PostgreSQL.</summary>
public class PostgresTests
{
    [Fact]
    public async Task App_OnPostgres_DoesWhatItDoesOnSqlite()
    {
        await using var server = await PostgresServer.StartOrSkipAsync();
        using var world = new World("memory") { Postgres = server.ConnectionString };
        await using var app = await RunningApp.StartAsync(world);
        Directory.Exists(Path.Combine(world.Folder, "data.db")).ShouldBeFalse();

        var added = await app.SendAsync<User>(HttpMethod.Post, "/users", new UserInput("Zoë 100%", "zoe@example.com"));
        added.Id.ShouldBe(4);
        (await app.GetAsync<UserPage>("/users?q=ZO%C3%8B+100%25")).Users.ShouldBe([added]);
        var changed = await app.SendAsync<User>(HttpMethod.Put, "/users/4", new UserInput("Zoë", "zoe@example.com"));
        (await app.GetAsync<User>("/users/4")).ShouldBe(changed);
        using var seen = await app.Http.GetAsync("/users/4");
        (await ResponseCacheTests.WriteAsync(app, "PUT", seen.Headers.ETag!, id: 4)).ShouldBe(HttpStatusCode.OK);
        (await ResponseCacheTests.WriteAsync(app, "PUT", seen.Headers.ETag!, id: 4)).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await app.GetAsync<FeedPage>("/feed/1")).Posts.Length.ShouldBe(2);
        var post = await app.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(2, "On another database"));
        (await app.GetAsync<FeedPage>("/feed/1")).Posts[0].ShouldBe(post);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.SendAsync<Reactions>(
            HttpMethod.Post, $"/posts/{post.Id}/reactions", new ReactionInput("like"))));
        (await app.GetAsync<Reactions>($"/posts/{post.Id}/reactions")).Counts["like"].ShouldBe(20);
        await app.SendAsync<Deleted>(HttpMethod.Delete, "/users/2");
        (await app.GetAsync<FeedPage>("/feed/1")).Posts.ShouldNotContain(post);
        using var impossible = await app.SendAsync(HttpMethod.Post, "/users", new UserInput("a\0b", "zoe@example.com"));
        impossible.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Instances_StartedTogetherOnPostgresAndRedis_ShareOneConversation()
    {
        await using var server = await PostgresServer.StartOrSkipAsync();
        using var world = new World("redis") { Postgres = server.ConnectionString };
        await SharedServers.StandaloneAsync();
        var apps = await Task.WhenAll(RunningApp.StartAsync(world), RunningApp.StartAsync(world));
        await using var one = apps[0];
        await using var other = apps[1];

        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => ConversationTests.PostAsync(apps[i % 2], 5, $"{i}")));

        var messages = await one.GetAsync<ChatMessage[]>("/conversations/5/messages");
        messages.Select(message => message.Id).ShouldBe(Enumerable.Range(1, 40).Reverse().Select(id => (long)id));
        messages.Select(message => message.Text).ShouldBe(Enumerable.Range(1, 40).Select(i => $"{i}"), ignoreOrder: true);
    }
}
