using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Flights;

/// <summary>Many ask at once; one of them leaves, reads slowly, or is given what cannot be stored.</summary>
public class StampedeTests
{
    [Fact]
    public async Task ColdKey_OfAThousandClients_RunsTheEndpointOnce()
    {
        const int Clients = 1000;
        var runs = 0;
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(web =>
        {
            web.Use((context, next) =>
            {
                if (Interlocked.Increment(ref arrived) == Clients) all.SetResult();
                return next(context);
            });
            web.MapGet("/a", async () =>
            {
                Interlocked.Increment(ref runs);
                await all.Task;
                return "made once";
            }).Cache(TimeSpan.FromMinutes(1));
        });
        var replies = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => app.GetAsync("/a")));
        replies.ShouldAllBe(reply => reply.Status == 200 && reply.Body == "made once");
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task FirstClient_WhoLeaves_TakesNothingFromTheOthers()
    {
        var (runs, wasTold) = (0, false);
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context, CancellationToken aborted) =>
        {
            Interlocked.Increment(ref runs);
            await context.Response.WriteAsync(new string('a', 30_000), aborted);
            began.TrySetResult();
            await go.Task;
            wasTold = aborted.IsCancellationRequested;
            await context.Response.WriteAsync("end", aborted);
        }).Cache(TimeSpan.FromMinutes(1)));

        await using var first = await RawHttp.ConnectAsync(app);
        await first.SendAsync($"GET /a HTTP/1.1\r\nHost: {app.Address.Authority}\r\n\r\n");
        await began.Task;
        var second = app.GetAsync("/a");
        await app.WaitForWaitersAsync(2);
        first.Reset();
        await app.WaitForWaitersAsync(1);
        go.SetResult();

        var reply = await second.WaitAsync(TimeSpan.FromSeconds(30));
        (reply.Body.Length, reply.Body[^3..]).ShouldBe((30_003, "end"));
        (await app.GetAsync("/a")).Body.Length.ShouldBe(30_003);
        (runs, wasTold).ShouldBe((1, false));
    }

    [Fact]
    public async Task OnlyClient_WhoLeaves_StopsTheHandlerAndNothingIsStored()
    {
        var runs = 0;
        var (began, ended) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context, CancellationToken aborted) =>
        {
            var run = Interlocked.Increment(ref runs);
            await context.Response.WriteAsync("beginning", CancellationToken.None);
            if (run > 1) return;
            began.SetResult();
            await Task.Delay(Timeout.Infinite, aborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            ended.SetResult(); // it returns as if nothing had happened, with a part of its response
        }).Cache(TimeSpan.FromMinutes(1)));
        await using (var first = await RawHttp.ConnectAsync(app))
        {
            await first.SendAsync($"GET /a HTTP/1.1\r\nHost: {app.Address.Authority}\r\n\r\n");
            await began.Task;
            first.Reset();
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var reply = await app.GetAsync("/a");
        (reply.Body, reply.IsHit, runs).ShouldBe(("beginning", false, 2));
    }

    [Fact]
    public async Task Handler_ThatWritesLessThanItSays_IsNotStored()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async context =>
        {
            Interlocked.Increment(ref runs);
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("short");
        }).Cache(TimeSpan.FromMinutes(1)));
        await Should.ThrowAsync<HttpRequestException>(() => app.GetAsync("/a"));
        await Should.ThrowAsync<HttpRequestException>(() => app.GetAsync("/a"));
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task Handler_ThatEndsTheConnection_IsNotStored()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async context =>
        {
            await context.Response.WriteAsync("part");
            if (Interlocked.Increment(ref runs) == 1) context.Abort();
        }).Cache(TimeSpan.FromMinutes(1)));
        await Should.ThrowAsync<HttpRequestException>(() => app.GetAsync("/a"));
        await app.WaitForWaitersAsync(0);
        (await app.GetAsync("/a")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/a")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task HandlerThatThrows_WithOthersWaiting_FailsThemAllAndStoresNothing()
    {
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async () =>
        {
            if (Interlocked.Increment(ref runs) > 1) return "good";
            began.SetResult();
            await go.Task;
            throw new InvalidOperationException("broken");
        }).Cache(TimeSpan.FromMinutes(1)));
        var first = app.GetAsync("/a");
        await began.Task;
        var second = app.GetAsync("/a");
        await app.WaitForWaitersAsync(2);
        go.SetResult();
        (await first).Status.ShouldBe(500);
        (await second).Status.ShouldBe(500);
        (await app.GetAsync("/a")).Body.ShouldBe("good");
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task ResponseThatCannotBeStored_WithOthersWaiting_IsMadeByEachAtOnce()
    {
        const int Clients = 5;
        var runs = 0;
        var (began, go, all) = (NewGate(), NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context) =>
        {
            var run = Interlocked.Increment(ref runs);
            if (run == 1)
            {
                began.SetResult();
                await go.Task;
            }
            else
            {
                if (run == Clients) all.SetResult();
                await all.Task; // one after the other they would never get here
            }

            context.Response.Cookies.Append("session", $"{run}");
            return $"{run}";
        }).Cache(TimeSpan.FromMinutes(1)));
        var first = app.GetAsync("/a");
        await began.Task;
        var others = Enumerable.Range(1, Clients - 1).Select(_ => app.GetAsync("/a")).ToList();
        await app.WaitForWaitersAsync(Clients);
        go.SetResult();
        var replies = await Task.WhenAll([first, .. others]).WaitAsync(TimeSpan.FromSeconds(30));
        replies.Select(reply => reply.Body).Distinct().Count().ShouldBe(Clients);
        replies.Select(reply => reply["Set-Cookie"]).Distinct().Count().ShouldBe(Clients);
    }

    [Fact]
    public async Task SlowHandler_BeyondItsTimeout_IsToldAndItsWaitersGet504()
    {
        var began = NewGate();
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (CancellationToken aborted) =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, aborted);
        }).Cache(policy => policy.Timeout(TimeSpan.FromSeconds(3))));
        var first = app.GetAsync("/a");
        await began.Task;
        var second = app.GetAsync("/a");
        await app.WaitForWaitersAsync(2);
        app.Clock.Advance(TimeSpan.FromSeconds(3));
        (await first.WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(504);
        (await second.WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(504);
    }

    [Fact]
    public async Task SlowReader_OfAStoredResponse_KeepsNobodyWaiting()
    {
        var body = new string('x', 900_000);
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", () => body).Cache(TimeSpan.FromMinutes(1)));
        await using var slow = await RawHttp.ConnectAsync(app);
        await slow.SendAsync($"GET /a HTTP/1.1\r\nHost: {app.Address.Authority}\r\n\r\n"); // and reads nothing
        var reply = await app.GetAsync("/a").WaitAsync(TimeSpan.FromSeconds(30));
        reply.Body.ShouldBe(body);
        (await app.GetAsync("/a")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task LargeBody_AtAndBeyondTheLimit_ReachesItsClientWhole()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context, int size, string by) =>
        {
            Interlocked.Increment(ref runs);
            var chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => (char)('a' + i % 26))));
            for (var left = size; left > 0; left -= chunk.Length)
            {
                var part = chunk.AsMemory(0, Math.Min(left, chunk.Length));
                if (by == "pipe") part.Span.CopyTo(context.Response.BodyWriter.GetSpan(part.Length));
                if (by == "pipe") context.Response.BodyWriter.Advance(part.Length);
                else await context.Response.Body.WriteAsync(part);
                if (by == "flushed") await context.Response.BodyWriter.FlushAsync();
            }
        }).Cache(policy => policy.MaxBodyBytes(100_000)));

        foreach (var by in new[] { "stream", "pipe", "flushed" })
        {
            foreach (var (size, isStored) in new[] { (100_000, true), (100_001, false), (10_000_000, false) })
            {
                runs = 0;
                for (var i = 0; i < 2; i++)
                {
                    var reply = await app.GetAsync($"/a?size={size}&by={by}");
                    reply.Body.Length.ShouldBe(size);
                    reply.Body.Select((letter, at) => letter == (char)('a' + at % 1000 % 26)).All(static same => same).ShouldBeTrue();
                }

                runs.ShouldBe(isStored ? 1 : 2, $"{by} {size}");
            }
        }
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
