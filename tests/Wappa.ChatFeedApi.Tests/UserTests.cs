using System.Net;
using System.Net.Http.Json;
using ChatFeedApi.Users;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>Users: what the routes do, on each backend.</summary>
public class UserTests
{
    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Users_AtTheStart_AreAFew(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);

        var page = await app.GetAsync<UserPage>("/users");

        page.Users.Select(user => user.Name).ShouldBe(["Ada Lovelace", "Grace Hopper", "Alan Turing"]);
        (page.Page, page.Q).ShouldBe((1, ""));
        (await app.Http.GetStringAsync("/users/1")).ShouldBe("""{"id":1,"name":"Ada Lovelace","email":"ada@example.com"}""");
    }

    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Writes_AreSeenByTheNextRead(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        await app.GetAsync<UserPage>("/users");

        var added = await app.SendAsync<User>(HttpMethod.Post, "/users", new UserInput("Zoë", "zoe@example.com"));
        (await app.GetAsync<UserPage>("/users")).Users.ShouldContain(added);
        (await app.GetAsync<User>($"/users/{added.Id}")).ShouldBe(added);

        var changed = await app.SendAsync<User>(HttpMethod.Put, $"/users/{added.Id}", new UserInput("Zoë B", "zoe@example.com"));
        changed.ShouldBe(added with { Name = "Zoë B" });
        (await app.GetAsync<User>($"/users/{added.Id}")).ShouldBe(changed);
        (await app.GetAsync<UserPage>("/users")).Users.ShouldContain(changed);

        var deleted = await app.SendAsync<Deleted>(HttpMethod.Delete, $"/users/{added.Id}");
        deleted.Status.ShouldBe("deleted");
        (await app.GetAsync<UserPage>("/users")).Users.ShouldNotContain(changed);
        using var gone = await app.Http.GetAsync($"/users/{added.Id}");
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Users_WithAFilter_AreThoseThatHoldIt_AndTheFilterIsEchoed()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        await app.SendAsync<User>(HttpMethod.Post, "/users", new UserInput("ZOË 100%", "zoe@example.com"));

        (await app.GetAsync<UserPage>("/users?q=hopper")).Users.Single().Name.ShouldBe("Grace Hopper");
        (await app.GetAsync<UserPage>("/users?page=1&q=zo%C3%AB")).Users.Single().Name.ShouldBe("ZOË 100%");
        (await app.GetAsync<UserPage>("/users?q=%25")).Users.Single().Name.ShouldBe("ZOË 100%");
        (await app.GetAsync<UserPage>("/users?q=_")).Users.ShouldBeEmpty();
        (await app.GetAsync<UserPage>("/users?q=a%26page%3D2")).ShouldSatisfyAllConditions(
            page => page.Q.ShouldBe("a&page=2"), page => page.Page.ShouldBe(1));
        (await app.GetAsync<UserPage>("/users?q=a&page=2")).ShouldSatisfyAllConditions(
            page => page.Q.ShouldBe("a"), page => page.Page.ShouldBe(2));
        (await app.GetAsync<UserPage>("/users?page=&q=")).Users.Length.ShouldBe(4);
    }

    [Fact]
    public async Task Users_BeyondAPage_AreOnTheNext()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        for (var i = 4; i <= 23; i++) await app.SendAsync<User>(HttpMethod.Post, "/users", new UserInput($"User {i}", "u@example.com"));

        (await app.GetAsync<UserPage>("/users")).Users.Select(user => user.Id).ShouldBe(Enumerable.Range(1, 20).Select(id => (long)id));
        (await app.GetAsync<UserPage>("/users?page=2")).Users.Select(user => user.Id).ShouldBe([21L, 22, 23]);
    }

    [Theory]
    [InlineData("GET", "/users/abc", null, "id")]
    [InlineData("GET", "/users?page=0", null, "page must be a whole number from 1")]
    [InlineData("GET", "/users?page=one", null, "page must be a whole number from 1")]
    [InlineData("POST", "/users", """{"name":"","email":"ada@example.com"}""", "\"name\":")]
    [InlineData("POST", "/users", """{"name":"Ada","email":"nobody"}""", "\"email\":")]
    [InlineData("POST", "/users", """{"name":"Ada"}""", "\"email\":")]
    [InlineData("POST", "/users", """{"name":"Ada",""", "not the JSON that is expected")]
    [InlineData("POST", "/users", """{"name":1,"email":"ada@example.com"}""", "$.name")]
    [InlineData("POST", "/users", "null", "body")]
    [InlineData("PUT", "/users/1", "{}", "\"name\":")]
    public async Task Request_ThatIsWrong_Is400AndSaysWhat(string method, string path, string? body, string words)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await app.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Request_ForAUserThatIsNotThere_Is404(string method)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        using var answer = await app.SendAsync(new(method), "/users/99", method == "PUT" ? new UserInput("A", "a@example.com") : null);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Online_AfterSayingSo_IsTrue(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);

        using (var answer = await app.Http.PutAsync("/users/1/online", null)) answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await app.GetAsync<OnlineStatus>("/users/1/online")).ShouldBe(new(1, true));
        (await app.GetAsync<OnlineStatus>("/users/2/online")).ShouldBe(new(2, false));
    }
}
