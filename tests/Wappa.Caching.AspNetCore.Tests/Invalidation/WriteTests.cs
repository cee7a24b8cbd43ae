using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Tests.Stores;

namespace Wappa.Caching.AspNetCore.Tests.Invalidation;

/// <summary>A write that succeeds makes responses old; which, when, and what happens beside it.</summary>
public class WriteTests
{
    [Theory]
    [InlineData("POST", "/users", "/users;/users?page=2;/USERS/")]
    [InlineData("PUT", "/users/5", "/users;/users?page=2;/USERS/;/users/5;/users/5?full")]
    [InlineData("DELETE", "/Users/5/", "/users;/users?page=2;/USERS/;/users/5;/users/5?full")]
    [InlineData("PATCH", "/users/5", "/users;/users?page=2;/USERS/;/users/5;/users/5?full")]
    [InlineData("POST", "/users/5/activate", "/users/5;/users/5?full")]
    [InlineData("PUT", "/files/a/b/c", "/files;/files/a/b/c")]
    [InlineData("POST", "/orders", "/users/5;/users/5?full;/users/6;/orders")]
    [InlineData("POST", "/import/5", "/users/5;/users/5?full")]
    [InlineData("POST", "/tagged", "/files")]
    [InlineData("POST", "/silent", "")]
    [InlineData("GET", "/users/7", "")]
    [InlineData("OPTIONS", "/users", "")]
    [InlineData("POST", "/users?fail=400", "")]
    [InlineData("POST", "/users?fail=500", "")]
    [InlineData("POST", "/users?fail=302", "/users;/users?page=2;/USERS/")]
    [InlineData("POST", "/nowhere", "")]
    [InlineData("POST", "/empty", "/orders")]
    public async Task Write_ThatSucceeds_InvalidatesItsPathAndItsCollection(string method, string path, string expected)
    {
        await using var app = await TestApp.StartAsync(Map);
        string[] all =
        [
            "/users", "/users?page=2", "/USERS/", "/users/5", "/users/5?full", "/users/6", "/files", "/files/a/b/c", "/orders", "/silent", "/",
        ];
        foreach (var cached in all) await app.GetAsync(cached);
        await app.SendAsync(new HttpMethod(method), path);
        List<string> gone = [];
        foreach (var cached in all)
        {
            if (!(await app.GetAsync(cached)).IsHit) gone.Add(cached);
        }

        gone.Remove("/"); // the collection of /users
        string.Join(';', gone).ShouldBe(expected);
    }

    [Fact]
    public async Task Write_UnderAPathBase_InvalidatesWithinIt()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UsePathBase("/shop");
            web.UseRouting();
            web.MapGet("/users/{id}", (int id) => id).Cache(TimeSpan.FromMinutes(1));
            web.MapPut("/users/{id}", (int id) => Results.NoContent());
            web.MapPost("/other", () => Results.NoContent()).Invalidates("/users/{id}");
        });
        await app.GetAsync("/shop/users/5");
        (await app.SendAsync(HttpMethod.Put, "/shop/users/5")).Status.ShouldBe(204);
        (await app.GetAsync("/shop/users/5")).IsHit.ShouldBeFalse();
        await app.SendAsync(HttpMethod.Post, "/shop/other");
        (await app.GetAsync("/shop/users/5")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Write_OfATenant_LeavesTheOthersAlone()
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.MapGet("/users", () => "users").Cache(TimeSpan.FromMinutes(1));
                web.MapPost("/users", () => "made");
            },
            options: options => options.Tenant = context => context.Request.Headers["X-Tenant"]);
        foreach (var tenant in new[] { "a", "b" }) await app.GetAsync("/users", ("X-Tenant", tenant));
        await app.SendAsync(HttpMethod.Post, "/users", ("X-Tenant", "a"));
        (await app.GetAsync("/users", ("X-Tenant", "b"))).IsHit.ShouldBeTrue();
        (await app.GetAsync("/users", ("X-Tenant", "a"))).IsHit.ShouldBeFalse();
        await app.Cache.InvalidatePathAsync("/Users/");
        (await app.GetAsync("/users", ("X-Tenant", "b"))).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Write_WhereTheAppInvalidatesByHandOnly_LeavesItsPathAlone()
    {
        await using var app = await TestApp.StartAsync(Map, options: options => options.InvalidateOnWrite = false);
        await app.GetAsync("/users");
        await app.GetAsync("/files");
        await app.SendAsync(HttpMethod.Post, "/users");
        await app.SendAsync(HttpMethod.Post, "/tagged");
        (await app.GetAsync("/users")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/files")).IsHit.ShouldBeFalse(); // said by the endpoint itself
    }

    [Fact]
    public async Task Answer_OfAWrite_WaitsForTheInvalidation()
    {
        var (asked, go) = (NewGate(), NewGate());
        var (app, store) = await TroubleTests.StartAsync(Map);
        await using var running = app;
        store.Before = operation =>
        {
            if (operation != "remove by tag") return Task.CompletedTask;
            asked.TrySetResult();
            return go.Task;
        };
        var write = app.SendAsync(HttpMethod.Post, "/users");
        await asked.Task;
        write.IsCompleted.ShouldBeFalse();
        go.SetResult();
        (await write).Status.ShouldBe(200);
    }

    [Fact]
    public async Task ResponseBeingMade_WhileAWriteSucceeds_IsNotStoredNorJoined()
    {
        var (runs, value) = (0, "old");
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a", async () =>
            {
                var read = value;
                if (Interlocked.Increment(ref runs) > 1) return read;
                began.SetResult();
                await go.Task;
                return read;
            }).Cache(TimeSpan.FromMinutes(1));
            web.MapPut("/a", () => value = "new");
        });
        var slow = app.GetAsync("/a");
        await began.Task;
        (await app.SendAsync(HttpMethod.Put, "/a")).Body.ShouldBe("new");
        (await app.GetAsync("/a").WaitAsync(TimeSpan.FromSeconds(30))).Body.ShouldBe("new"); // while the slow one still runs
        go.SetResult();
        (await slow).Body.ShouldBe("old"); // its client asked before the write
        var hit = await app.GetAsync("/a");
        (hit.Body, hit.IsHit).ShouldBe(("new", true));
    }

    [Fact]
    public async Task ResponseMade_BetweenTheAnswerOfAWriteAndItsEnd_IsGoneWhenItEnds()
    {
        var value = "old";
        var (answered, commit) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a", () => value).Cache(TimeSpan.FromMinutes(1));
            web.MapPut("/a", async context =>
            {
                await context.Response.WriteAsync("accepted");
                await context.Response.Body.FlushAsync();
                answered.SetResult();
                await commit.Task;
                value = "new";
            });
        });
        var write = app.SendAsync(HttpMethod.Put, "/a");
        await answered.Task;
        (await app.GetAsync("/a")).Body.ShouldBe("old"); // made and stored after the first invalidation
        commit.SetResult();
        await write;
        await Wappa.Caching.Redis.Tests.Servers.Eventually.BeTrueAsync(
            "the second invalidation", async () => (await app.GetAsync("/a")).Body == "new");
    }

    [Fact]
    public async Task InvalidateTag_ByHand_ReachesResponsesAndDataAlike()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a/{id}", (int id) => id).Cache(policy => policy.Tag("all").Tag(context => [$"one:{context.Request.RouteValues["id"]}"]));
        });
        await app.GetAsync("/a/1");
        await app.GetAsync("/a/2");
        await app.Cache.InvalidateTagAsync("one:1");
        (await app.GetAsync("/a/2")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/a/1")).IsHit.ShouldBeFalse();
        await app.Cache.InvalidateTagAsync("all");
        (await app.GetAsync("/a/1")).IsHit.ShouldBeFalse();
        await app.Cache.InvalidatePathAsync("/A/{ID}");
        (await app.GetAsync("/a/1")).IsHit.ShouldBeFalse();
    }

    private static void Map(WebApplication web)
    {
        web.MapGet("/", () => "root").Cache(TimeSpan.FromMinutes(1));
        web.MapGet("/users", () => "users").Cache(TimeSpan.FromMinutes(1));
        web.MapGet("/users/{id:int}", (int id) => id).Cache(TimeSpan.FromMinutes(1));
        web.MapPost("/users", (int? fail) => fail is null ? Results.Ok() : fail == 302 ? Results.Redirect("/users/9") : Results.StatusCode(fail.Value));
        web.MapMethods("/users/{id:int}", ["PUT", "PATCH", "DELETE"], () => Results.NoContent());
        web.MapMethods("/users", ["OPTIONS"], () => Results.NoContent());
        web.MapPost("/users/{id:int}/activate", () => "active");
        web.MapGet("/files", () => "files").Cache(policy => policy.Tag("files"));
        web.MapGet("/files/{**name}", (string name) => name).Cache(TimeSpan.FromMinutes(1));
        web.MapPut("/files/{**name}", (string name) => name);
        web.MapGet("/orders", () => "orders").Cache(TimeSpan.FromMinutes(1));
        web.MapPost("/orders", () => "ordered").Invalidates("/Users/{user}"); // no such value: all of the route
        web.MapPost("/import/{id:int}", () => "imported").Invalidates("/users/{id}");
        web.MapPost("/tagged", () => "tagged").WithoutInvalidation().InvalidatesTags("files");
        web.MapGet("/silent", () => "silent").Cache(TimeSpan.FromMinutes(1));
        web.MapPost("/silent", () => "silent").WithoutInvalidation();
        web.MapPost("/empty", context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        }).Invalidates("/orders");
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
