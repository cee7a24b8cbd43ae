using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Flights;

/// <summary>What one client sends, or what happens to another key, must not make everybody run the endpoint.</summary>
public class OutsiderTests
{
    [Fact]
    public async Task RequestThatFailsByItsOwnHeader_WithOthersWaiting_CostsOneRunMore()
    {
        const int Others = 10;
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/price", async (HttpContext context) =>
        {
            Interlocked.Increment(ref runs);
            if (context.Request.Headers["X-Currency"] != "bad") return Results.Text("1");
            began.SetResult();
            await go.Task;
            return Results.BadRequest();
        }).Cache(TimeSpan.FromMinutes(1)));
        var bad = app.GetAsync("/price", ("X-Currency", "bad"));
        await began.Task;
        var others = Enumerable.Range(0, Others).Select(_ => app.GetAsync("/price")).ToList();
        await app.WaitForWaitersAsync(Others + 1);
        go.SetResult();
        (await bad).Status.ShouldBe(400);
        (await Task.WhenAll(others)).ShouldAllBe(reply => reply.Status == 200 && reply.Body == "1");
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task KeyThatNobodyWaitsFor_AtTheFirstResponseThatCanBeStored_IsCachedAgain()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            Interlocked.Increment(ref runs);
            if (context.Request.Headers["X-New"] == "yes") context.Response.Cookies.Append("session", "1");
            return "made";
        }).Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/a", ("X-New", "yes")))["Set-Cookie"].ShouldNotBeNull();
        (await app.GetAsync("/a")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/a")).IsHit.ShouldBeTrue();
        runs.ShouldBe(2);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task EndpointInTrouble_WithOthersWaiting_IsAskedOnceAndNothingIsStored(int status)
    {
        const int Clients = 20;
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context) =>
        {
            if (Interlocked.Increment(ref runs) > 1) return Results.Text("well again");
            began.SetResult();
            await go.Task;
            context.Response.Headers.RetryAfter = "7";
            return Results.Text("in trouble", statusCode: status);
        }).Cache(TimeSpan.FromMinutes(1)));
        var first = app.GetAsync("/a");
        await began.Task;
        var others = Enumerable.Range(1, Clients - 1).Select(_ => app.GetAsync("/a")).ToList();
        await app.WaitForWaitersAsync(Clients);
        go.SetResult();
        (await Task.WhenAll([first, .. others]))
            .ShouldAllBe(reply => reply.Status == status && reply.Body == "in trouble" && reply["Retry-After"] == "7" && reply["ETag"] == null);
        runs.ShouldBe(1);
        (await app.GetAsync("/a")).Body.ShouldBe("well again");
    }

    [Fact]
    public async Task WriteElsewhere_WhileAResponseIsMade_LeavesItsWaitersTogether()
    {
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/feed/{id}", async (string id) =>
            {
                Interlocked.Increment(ref runs);
                began.TrySetResult();
                await go.Task;
                return id;
            }).Cache(TimeSpan.FromMinutes(1));
            web.MapPost("/login", () => Results.NoContent());
            web.MapPost("/feed/{id}", () => Results.NoContent());
        });
        var first = app.GetAsync("/feed/1");
        await began.Task;
        (await app.SendAsync(HttpMethod.Post, "/login")).Status.ShouldBe(204);
        (await app.SendAsync(HttpMethod.Post, "/feed/2")).Status.ShouldBe(204);
        await app.Cache.InvalidatePathAsync("/users/{id}");
        await app.Cache.InvalidateKeyAsync("other");
        var second = app.GetAsync("/feed/1");
        await app.WaitForWaitersAsync(2);

        await app.SendAsync(HttpMethod.Post, "/feed/1"); // and this one counts
        var third = app.GetAsync("/feed/1");
        await app.WaitForRunsAsync(() => runs, 2);
        go.SetResult();
        (await Task.WhenAll(first, second, third)).ShouldAllBe(reply => reply.Body == "1");
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task WriteAnywhere_OfAnEndpointWhoseTagsItsResponseDecides_LetsNobodyJoinWhatBeganBefore()
    {
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async () =>
        {
            Interlocked.Increment(ref runs);
            began.TrySetResult();
            await go.Task;
            return "a";
        }).Cache(policy => policy.Tag(static _ => ["late"])));
        var first = app.GetAsync("/a");
        await began.Task;
        await app.Cache.InvalidatePathAsync("/other");
        var second = app.GetAsync("/a");
        await app.WaitForRunsAsync(() => runs, 2);
        go.SetResult();
        (await Task.WhenAll(first, second)).ShouldAllBe(reply => reply.Body == "a");
    }

    [Theory]
    [InlineData("X-Note", "two\r\nlines")]
    [InlineData("X-Note", "naïve")]
    [InlineData("X Note", "a name with a space")]
    public async Task HeaderThatNoServerSends_OfAResponseMadeInTheBackground_FailsNoHit(string name, string value)
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            var run = Interlocked.Increment(ref runs);
            if (run == 2) context.Response.Headers[name] = value;
            return $"{run}";
        }).Cache(policy => policy.For(TimeSpan.FromSeconds(10)).StaleWhileRevalidate(TimeSpan.FromMinutes(1))));
        await app.GetAsync("/a");
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        (await app.GetAsync("/a")).Body.ShouldBe("1");
        await app.WaitForRunsAsync(() => runs, 2);
        await app.WaitForWaitersAsync(0);
        var next = await app.GetAsync("/a");
        (next.Status, next.Body, next.IsHit).ShouldBe((200, "3", false));
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
