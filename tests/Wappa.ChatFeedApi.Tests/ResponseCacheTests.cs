using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ChatFeedApi.Users;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>The responses of the users' routes, cached as a whole.</summary>
public class ResponseCacheTests
{
    private const int UserAndVersion = 2; // statements

    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Users_AskedAgain_DoNotReachTheDatabase_UntilOneIsWritten(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        string[] paths = ["/users", "/users?page=1&q=ada", "/users/1"];
        foreach (var path in paths) (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBePositive(path);
        foreach (var path in paths) (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBe(0, path);

        await app.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        foreach (var path in paths) (await app.Http.GetStringAsync(path)).ShouldContain("Ada King");
    }

    [Fact]
    public async Task User_ThatWasWritten_LeavesTheOthersAlone()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        await app.Http.GetStringAsync("/users/2");
        await app.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        (await app.Database.CountAsync(() => app.Http.GetStringAsync("/users/2"))).ShouldBe(0);
    }

    [Fact]
    public async Task User_AskedForByHundreds_IsLoadedOnce()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        var gate = new TaskCompletionSource();
        app.Database.Gate = gate.Task;

        var asked = await app.Database.CountAsync(async () =>
        {
            var answers = Enumerable.Range(0, 200).Select(_ => app.Http.GetStringAsync("/users/1")).ToList();
            gate.SetResult();
            await Task.WhenAll(answers);
        });

        asked.ShouldBe(UserAndVersion);
    }

    [Fact]
    public async Task User_KnownToTheClient_Is304_AndNotWhenWritten()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        using var first = await app.Http.GetAsync("/users/1");
        var tag = first.Headers.ETag.ShouldNotBeNull();

        (await StatusAsync(app, "/users/1", tag)).ShouldBe(HttpStatusCode.NotModified);
        await app.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));
        (await StatusAsync(app, "/users/1", tag)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Write_OfSomethingElseThanTheClientHasSeen_Is412_AndChangesNothing(string method)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        using var seen = await app.Http.GetAsync("/users/1");
        var changed = await app.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        (await WriteAsync(app, method, seen.Headers.ETag!)).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await app.GetAsync<User>("/users/1")).ShouldBe(changed);
        using var current = await app.Http.GetAsync("/users/1");
        (await WriteAsync(app, method, current.Headers.ETag!)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Writes_AtOnceOfWhatTheirClientsHaveSeen_AreOne_AndTheOthers412(string method)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        using var seen = await app.Http.GetAsync("/users/1");

        var answers = await WriteAtOnceAsync(app, method, seen.Headers.ETag!, clients: 6);

        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(status => status == HttpStatusCode.PreconditionFailed).ShouldBe(5);
    }

    [Fact]
    public async Task Writes_AtOnceOfWhateverIsThere_AreAll()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        var answers = await WriteAtOnceAsync(app, "PUT", EntityTagHeaderValue.Any, clients: 6);

        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Write_OfWhateverIsThere_NeedsNoVersion()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        (await WriteAsync(app, "PUT", EntityTagHeaderValue.Any)).ShouldBe(HttpStatusCode.OK);
        (await WriteAsync(app, "DELETE", EntityTagHeaderValue.Any)).ShouldBe(HttpStatusCode.OK);
        (await WriteAsync(app, "PUT", EntityTagHeaderValue.Any)).ShouldBe(HttpStatusCode.PreconditionFailed);
    }

    [Theory]
    [InlineData("/users/01")]
    [InlineData("/users/+1")]
    [InlineData("/users/%201")]
    public async Task User_ByAnotherFormOfTheId_IsTheSameUser(string path)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        (await app.GetAsync<User>(path)).Name.ShouldBe("Ada Lovelace");
        (await app.Database.CountAsync(() => app.Http.GetStringAsync("/users/1"))).ShouldBe(0);

        var changed = await app.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        (await app.GetAsync<User>(path)).ShouldBe(changed);
    }

    [Fact]
    public async Task Write_ThatFails_LeavesWhatIsServedInTheDatabasesPlace()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        var users = await app.Http.GetStringAsync("/users");
        app.Database.IsDown = true;

        using var failed = await app.SendAsync(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        failed.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await app.Http.GetStringAsync("/users")).ShouldBe(users);
    }

    [Theory]
    [InlineData("/users?q=a%26page%3D2", "/users?q=a&page=2")]
    [InlineData("/users?q=ada", "/users?q=ADA")]
    [InlineData("/users?q=", "/users?q=+")]
    [InlineData("/users?q=a%2Cb", "/users?q=a%2Cc")]
    public async Task Requests_ThatDiffer_NeverShareAResponse(string one, string other)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        var first = await app.GetAsync<UserPage>(one);
        var second = await app.GetAsync<UserPage>(other);

        (second.Q, second.Page).ShouldNotBe((first.Q, first.Page));
        (await app.GetAsync<UserPage>(one)).Q.ShouldBe(first.Q);
    }

    [Fact]
    public async Task User_WithAnIdNoKeyCanHold_Is400()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        using var answer = await app.Http.GetAsync("/users/1%0A%7C");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("/users", 300, 1)]
    [InlineData("/users/1", 600, UserAndVersion)]
    public async Task Response_AfterItsTime_IsLoadedAnew_AndServedStaleWhileTheDatabaseIsDown(string path, int seconds, int statements)
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);
        var fresh = await app.Http.GetStringAsync(path);

        time.Advance(TimeSpan.FromSeconds(seconds - 1));
        (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        (await app.Database.CountAsync(() => app.Http.GetStringAsync(path))).ShouldBe(statements);

        app.Database.IsDown = true;
        time.Advance(TimeSpan.FromSeconds(seconds) + TimeSpan.FromHours(5));
        (await app.Http.GetStringAsync(path)).ShouldBe(fresh);
        time.Advance(TimeSpan.FromHours(2));
        using var tooOld = await app.Http.GetAsync(path);
        tooOld.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Write_OnOneInstance_IsSeenOnTheOther()
    {
        using var world = new World("redis");
        await using var one = await RunningApp.StartAsync(world);
        await using var other = await RunningApp.StartAsync(world);
        await one.GetAsync<UserPage>("/users");
        await one.GetAsync<User>("/users/1");
        (await other.Database.CountAsync(() => other.GetAsync<User>("/users/1"))).ShouldBe(0, "what one has made serves both");
        (await other.Database.CountAsync(() => other.GetAsync<UserPage>("/users"))).ShouldBe(0);

        var changed = await one.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        (await one.GetAsync<User>("/users/1")).ShouldBe(changed);
        await Eventually.BeTrueAsync("the other sees it", async () => await other.GetAsync<User>("/users/1") == changed);
        await Eventually.BeTrueAsync("its list too", async () => (await other.GetAsync<UserPage>("/users")).Users.Contains(changed));
    }

    [Fact]
    public async Task Write_WhileRedisIsDown_Stands()
    {
        await using var server = await RedisServer.StartAsync();
        using var world = new World("redis") { Redis = $"{server.Url}?connectTimeout=200&commandTimeout=500" };
        await using var app = await RunningApp.StartAsync(world);
        await app.GetAsync<User>("/users/1");
        await server.KillAsync();

        var changed = await app.SendAsync<User>(HttpMethod.Put, "/users/1", new UserInput("Ada King", "ada@example.com"));

        (await app.GetAsync<User>("/users/1")).ShouldBe(changed);
    }

    // Each has found the version it is about before the first one writes.
    private static async Task<HttpStatusCode[]> WriteAtOnceAsync(RunningApp app, string method, EntityTagHeaderValue seen, int clients)
    {
        var (looks, changes, asked) = (new TaskCompletionSource(), new TaskCompletionSource(), app.Database.Asked);
        app.Database.Gate = looks.Task;
        var writes = Enumerable.Range(0, clients).Select(_ => WriteAsync(app, method, seen)).ToList();
        await Eventually.BeTrueAsync("all look at the version", () => Task.FromResult(app.Database.Asked == asked + clients));
        app.Database.Gate = changes.Task;
        looks.SetResult();
        await Eventually.BeTrueAsync("all are about to write", () => Task.FromResult(app.Database.Asked == asked + (2 * clients)));
        changes.SetResult();
        return await Task.WhenAll(writes);
    }

    internal static async Task<HttpStatusCode> WriteAsync(RunningApp app, string method, EntityTagHeaderValue seen, long id = 1)
    {
        using var request = new HttpRequestMessage(new(method), $"/users/{id}") { Headers = { IfMatch = { seen } } };
        if (method == "PUT") request.Content = JsonContent.Create(new UserInput("Countess", "ada@example.com"), options: RunningApp.Json);
        using var answer = await app.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningApp app, string path, EntityTagHeaderValue known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { known } } };
        using var answer = await app.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
