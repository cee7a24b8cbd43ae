using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Flights;

/// <summary>Responses past their time: served while a new one is made, or because none can be made.</summary>
public class StaleTests
{
    [Fact]
    public async Task StaleWhileRevalidate_AfterTheTime_ServesTheOldAndMakesANewInTheBackground()
    {
        var runs = 0;
        var made = NewGate();
        var (seen, accessor) = ("", (HttpContext?)null);
        await using var app = await TestApp.StartAsync(
            web => Tenanted(web).MapGet("/users/{id}", (HttpContext context, string id, string q, Scoped scoped, IHttpContextAccessor current) =>
            {
                var run = Interlocked.Increment(ref runs);
                if (run == 2)
                {
                    seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["X-Own"]} " +
                        $"{context.Request.Headers.IfNoneMatch.Count} {context.Connection.RemoteIpAddress} {scoped.IsDisposed} {scoped.Tenant}";
                    accessor = current.HttpContext;
                    ReferenceEquals(accessor, context).ShouldBeTrue();
                    made.SetResult();
                }

                return $"{id} {q} {run}";
            }).Cache(policy => policy.For(TimeSpan.FromSeconds(10)).StaleWhileRevalidate(TimeSpan.FromSeconds(60))),
            builder => builder.Services.AddScoped<Scoped>().AddHttpContextAccessor());

        var first = await app.GetAsync("/users/5?q=x");
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        var stale = await app.GetAsync("/users/5?q=x", ("X-Own", "yes"), ("If-None-Match", "\"other\""));
        (stale.Body, stale["Age"]).ShouldBe(("5 x 1", "30"));
        await made.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await app.WaitForWaitersAsync(0);
        var fresh = await app.GetAsync("/users/5?q=x");
        (fresh.Body, fresh["Age"]).ShouldBe(("5 x 2", "0"));
        seen.ShouldBe("GET /users/5?q=x yes 0 127.0.0.1 False hotel");
        (first.Body, runs).ShouldBe(("5 x 1", 2));
    }

    [Fact]
    public async Task StaleWhileRevalidate_OfACallerWhoIsNotKnownAnyMore_StoresNothing()
    {
        var (runs, isValid, asked) = (0, true, 0);
        await using var app = await TestApp.StartAsync(web =>
        {
            web.Use(async (context, next) =>
            {
                asked++;
                if (isValid) context.User = new(new System.Security.Claims.ClaimsIdentity([new("sub", "ann")], "test"));
                var current = context.RequestServices.GetRequiredService<IHttpContextAccessor>();
                await next(context);
                ReferenceEquals(current.HttpContext, context).ShouldBeTrue(); // also while another is renewed in the background
            });
            web.MapGet("/a", (HttpContext context) => $"{Interlocked.Increment(ref runs)} {context.User.Identity?.IsAuthenticated}")
                .Cache(policy => policy.For(TimeSpan.FromSeconds(10)).StaleWhileRevalidate(TimeSpan.FromMinutes(1)));
        }, builder => builder.Services.AddHttpContextAccessor());
        await app.GetAsync("/a");
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        (await app.GetAsync("/a")).Body.ShouldBe("1 True");
        await app.WaitForRunsAsync(() => asked, 3);
        await app.WaitForWaitersAsync(0);
        runs.ShouldBe(2);
        isValid = false;
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        (await app.GetAsync("/a")).Body.ShouldBe("3 False"); // somebody else's key
        isValid = true;
        (await app.GetAsync("/a")).Body.ShouldBe("2 True");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task StaleIfError_WhenTheEndpointFails_ServesTheOld(int status)
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", () => Interlocked.Increment(ref runs) switch
        {
            1 => Results.Text("good"),
            2 => status == 0 ? throw new InvalidOperationException("broken") : Results.StatusCode(status),
            var run => Results.Text($"good again {run}"),
        }).Cache(policy => policy.For(TimeSpan.FromSeconds(10)).StaleIfError(TimeSpan.FromMinutes(5))));
        await app.GetAsync("/a");
        app.Clock.Advance(TimeSpan.FromSeconds(60));
        var stale = await app.GetAsync("/a");
        (stale.Status, stale.Body, stale["Age"]).ShouldBe((200, "good", "60"));
        (await app.GetAsync("/a")).Body.ShouldBe("good"); // a pause, so that a source that comes back is not met by all at once
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        (await app.GetAsync("/a")).Body.ShouldBe("good again 3");
    }

    [Fact]
    public async Task StaleIfError_WhenTheEndpointIsSlow_ServesTheOldAndLetsItGoOn()
    {
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async () =>
        {
            var run = Interlocked.Increment(ref runs);
            if (run != 2) return $"{run}";
            began.SetResult();
            await go.Task;
            return "2";
        }).Cache(policy => policy.For(TimeSpan.FromSeconds(10)).StaleIfError(TimeSpan.FromMinutes(5))));
        await app.GetAsync("/a");
        app.Clock.Advance(TimeSpan.FromSeconds(60));
        var waiting = app.GetAsync("/a");
        await began.Task;
        await app.WaitForTimersAsync(2);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Body.ShouldBe("1");
        go.SetResult();
        await app.WaitForWaitersAsync(0);
        (await app.GetAsync("/a")).Body.ShouldBe("2");
    }

    [Fact]
    public async Task MustRevalidate_OfTheResponse_EndsItWithItsTime()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            if (Interlocked.Increment(ref runs) > 1) return Results.StatusCode(503);
            context.Response.Headers.CacheControl = "max-age=10, must-revalidate";
            return Results.Text("good");
        }).Cache(policy => policy.For(TimeSpan.FromSeconds(60)).StaleIfError(TimeSpan.FromMinutes(5)).StaleWhileRevalidate(TimeSpan.FromMinutes(5))));
        await app.GetAsync("/a");
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await app.GetAsync("/a")).Status.ShouldBe(503);
    }

    [Fact]
    public async Task NotFound_InTheBackground_EndsTheOld()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Interlocked.Increment(ref runs) == 1 ? Results.Text("there") : Results.NotFound())
                .Cache(policy => policy.For(TimeSpan.FromSeconds(10)).StaleWhileRevalidate(TimeSpan.FromMinutes(5))));
        await app.GetAsync("/a");
        app.Clock.Advance(TimeSpan.FromSeconds(20));
        (await app.GetAsync("/a")).Body.ShouldBe("there");
        await app.WaitForRunsAsync(() => runs, 2);
        await app.WaitForWaitersAsync(0);
        (await app.GetAsync("/a")).Status.ShouldBe(404);
    }

    // What middleware finds out before the endpoint is found out in the background too.
    private static WebApplication Tenanted(WebApplication web)
    {
        web.Use((context, next) =>
        {
            context.RequestServices.GetRequiredService<Scoped>().Tenant = "hotel";
            return next(context);
        });
        return web;
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal sealed class Scoped : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        internal string? Tenant { get; set; }

        public void Dispose() => IsDisposed = true;
    }
}
