using System.Net;
using ChatFeedApi.Feed;
using ChatFeedApi.Users;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>Feeds, posts and reactions: loaded once, and anew when they change.</summary>
public class FeedTests
{
    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Feed_AskedAgain_DoesNotReachTheDatabase_UntilSomebodyPosts(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        var before = await app.GetAsync<FeedPage>("/feed/1");
        before.Posts.Select(post => post.Author.Name).ShouldBe(["Alan Turing", "Grace Hopper"]);
        (await app.Database.CountAsync(() => app.GetAsync<FeedPage>("/feed/1"))).ShouldBe(0);

        var post = await app.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(3, "Computing machinery"));

        (await app.GetAsync<FeedPage>("/feed/1")).Posts.ShouldBe([post, .. before.Posts]);
        (await app.GetAsync<Post>($"/posts/{post.Id}")).ShouldBe(post);
    }

    [Fact]
    public async Task Post_OfSomebodyElse_LeavesAFeedAlone()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        await app.GetAsync<FeedPage>("/feed/2"); // follows 1
        await app.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(3, "Computing machinery"));

        (await app.Database.CountAsync(() => app.GetAsync<FeedPage>("/feed/2"))).ShouldBe(0);
    }

    [Fact]
    public async Task Follow_OfSomebodyWithoutPosts_ShowsTheFirstOne()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        var silent = await app.SendAsync<User>(HttpMethod.Post, "/users", new UserInput("Silent", "s@example.com"));
        await app.GetAsync<FeedPage>("/feed/3");

        using (var answer = await app.Http.PutAsync($"/users/3/follows/{silent.Id}", null)) answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.GetAsync<FeedPage>("/feed/3")).Posts.ShouldBeEmpty();
        var post = await app.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(silent.Id, "Hm."));
        (await app.GetAsync<FeedPage>("/feed/3")).Posts.ShouldBe([post]);

        using (var answer = await app.Http.DeleteAsync($"/users/3/follows/{silent.Id}")) answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.GetAsync<FeedPage>("/feed/3")).Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task User_Renamed_HasTheNewNameInFeedsAndPosts_AndDeletedIsGoneFromThem()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        await app.GetAsync<FeedPage>("/feed/1");
        await app.GetAsync<Post>("/posts/1");

        await app.SendAsync<User>(HttpMethod.Put, "/users/2", new UserInput("Rear Admiral", "grace@example.com"));
        (await app.GetAsync<FeedPage>("/feed/1")).Posts.ShouldContain(post => post.Author.Name == "Rear Admiral");
        (await app.GetAsync<Post>("/posts/1")).Author.Name.ShouldBe("Rear Admiral");

        await app.SendAsync<Deleted>(HttpMethod.Delete, "/users/2");
        (await app.GetAsync<FeedPage>("/feed/1")).Posts.ShouldNotContain(post => post.Author.Id == 2);
        using var gone = await app.Http.GetAsync("/posts/1");
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Feed_BeyondAPage_IsOnTheNext()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        for (var i = 1; i <= 20; i++) await app.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(2, $"{i}"));

        (await app.GetAsync<FeedPage>("/feed/1")).Posts.Length.ShouldBe(20);
        (await app.GetAsync<FeedPage>("/feed/1?page=2")).Posts.Length.ShouldBe(2);
        using var wrong = await app.Http.GetAsync("/feed/1?page=-1");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Post_OfNobody_Is400()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        using var answer = await app.SendAsync(HttpMethod.Post, "/posts", new PostInput(99, "Hm."));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("author_id names no user");
    }

    [Fact]
    public async Task Post_AskedForBeforeItWasThere_IsFoundWhenItIs()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        using (var none = await app.Http.GetAsync("/posts/4")) none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await app.Database.CountAsync(() => app.Http.GetAsync("/posts/4"))).ShouldBe(0); // that there is none is known for a moment

        var post = await app.SendAsync<Post>(HttpMethod.Post, "/posts", new PostInput(1, "Here"));

        post.Id.ShouldBe(4);
        (await app.GetAsync<Post>("/posts/4")).ShouldBe(post);
    }

    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Reactions_OfMany_AreAllCounted(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        (await app.GetAsync<Reactions>("/posts/1/reactions")).Counts["like"].ShouldBe(2);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => app.SendAsync<Reactions>(
            HttpMethod.Post, "/posts/1/reactions", new ReactionInput("like"))));
        await app.SendAsync<Reactions>(HttpMethod.Post, "/posts/1/reactions", new ReactionInput("love"));

        var counts = (await app.GetAsync<Reactions>("/posts/1/reactions")).Counts;
        (counts["like"], counts["love"]).ShouldBe((32, 1));
        (await app.Database.CountAsync(() => app.GetAsync<Reactions>("/posts/1/reactions"))).ShouldBe(0);
    }

    [Theory]
    [InlineData("/posts/1/reactions", "hate", HttpStatusCode.BadRequest)]
    [InlineData("/posts/99/reactions", "like", HttpStatusCode.NotFound)]
    public async Task Reaction_ThatCannotBe_IsRefused(string path, string kind, HttpStatusCode status)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        using var answer = await app.SendAsync(HttpMethod.Post, path, new ReactionInput(kind));

        answer.StatusCode.ShouldBe(status);
    }
}
