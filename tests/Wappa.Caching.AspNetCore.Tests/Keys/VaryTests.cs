using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Keys;

/// <summary>Responses that depend on request headers.</summary>
public class VaryTests
{
    [Fact]
    public async Task Vary_OfTheResponse_IsAVariantEach()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            runs++;
            context.Response.Headers.Vary = "accept-language, X-Kind";
            return $"{context.Request.Headers.AcceptLanguage}/{context.Request.Headers["X-Kind"]}";
        }).Cache(TimeSpan.FromMinutes(1)));

        foreach (var isHit in new[] { false, true })
        {
            foreach (var (language, kind) in new[] { ("es", "a"), ("es", "b"), ("de", "a"), ("es:x-kind=+a", "") })
            {
                var reply = await app.GetAsync("/a", ("Accept-Language", language), ("X-Kind", kind), ("X-Other", $"{runs}"));
                (reply.Body, reply.IsHit).ShouldBe(($"{language}/{kind}", isHit));
            }
        }

        (await app.GetAsync("/a", ("Accept-Language", "es"))).Body.ShouldBe("es/");
        runs.ShouldBe(5);
    }

    [Fact]
    public async Task Vary_ThatGrows_NeverServesWhatTheOldOneWould()
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            var isSpecial = context.Request.Headers["X-A"] == "2";
            context.Response.Headers.Vary = isSpecial ? "X-A, X-B" : "X-A";
            return isSpecial ? $"2/{context.Request.Headers["X-B"]}" : $"{context.Request.Headers["X-A"]}";
        }).Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/a", ("X-A", "1"))).Body.ShouldBe("1");
        (await app.GetAsync("/a", ("X-A", "2"), ("X-B", "x"))).Body.ShouldBe("2/x");
        (await app.GetAsync("/a", ("X-A", "2"), ("X-B", "y"))).Body.ShouldBe("2/y");
        (await app.GetAsync("/a", ("X-A", "2"), ("X-B", "x"))).Body.ShouldBe("2/x");
        var hit = await app.GetAsync("/a", ("X-A", "2"), ("X-B", "y"));
        (hit.Body, hit.IsHit).ShouldBe(("2/y", true));
    }

    [Fact]
    public async Task VaryByHeader_OfTheEndpoint_IsPartOfTheKeyAndOfVary()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", (HttpContext context) => $"{context.Request.Headers["X-Api"]}").Cache(policy => policy.VaryByHeader("X-Api")));
        (await app.GetAsync("/a", ("X-Api", "1")))["Vary"].ShouldBe("X-Api");
        (await app.GetAsync("/a", ("X-Api", "2"))).Body.ShouldBe("2");
        (await app.GetAsync("/a")).Body.ShouldBe("");
        var hit = await app.GetAsync("/a", ("X-Api", "1"));
        (hit.Body, hit.IsHit, hit["Vary"]).ShouldBe(("1", true, "X-Api"));
    }

    [Fact]
    public async Task Reload_OfOneVariant_RenewsThatOne()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            context.Response.Headers.Vary = "X-A";
            return $"{context.Request.Headers["X-A"]} {++runs}";
        }).Cache(TimeSpan.FromMinutes(1)));
        await app.GetAsync("/a", ("X-A", "1"));
        await app.GetAsync("/a", ("X-A", "2"));
        (await app.GetAsync("/a", ("X-A", "1"), ("Cache-Control", "no-cache"))).Body.ShouldBe("1 3");
        (await app.GetAsync("/a", ("X-A", "1"))).Body.ShouldBe("1 3");
        (await app.GetAsync("/a", ("X-A", "2"))).Body.ShouldBe("2 2");
    }

    [Fact]
    public async Task FirstVariant_BeingMadeWhileAWriteSucceeds_IsNotStored()
    {
        var (runs, value) = (0, "old");
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a", async (HttpContext context) =>
            {
                context.Response.Headers.Vary = "X-A";
                var read = value;
                if (Interlocked.Increment(ref runs) > 1) return read;
                began.SetResult();
                await go.Task;
                return read;
            }).Cache(TimeSpan.FromMinutes(1));
            web.MapPut("/a", () => value = "new");
        });
        var slow = app.GetAsync("/a", ("X-A", "1"));
        await began.Task;
        await app.SendAsync(HttpMethod.Put, "/a");
        go.SetResult();
        (await slow).Body.ShouldBe("old");
        (await app.GetAsync("/a", ("X-A", "1"))).Body.ShouldBe("new");
        (await app.GetAsync("/a", ("X-A", "2"))).Body.ShouldBe("new");
    }

    [Fact]
    public async Task WaitersOfAVariantNobodyKnew_GetTheirs()
    {
        var runs = 0;
        var (began, go) = (NewGate(), NewGate());
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context) =>
        {
            context.Response.Headers.Vary = "X-A";
            if (Interlocked.Increment(ref runs) == 1)
            {
                began.SetResult();
                await go.Task;
            }

            return context.Request.Headers["X-A"].ToString();
        }).Cache(TimeSpan.FromMinutes(1)));
        var first = app.GetAsync("/a", ("X-A", "1"));
        await began.Task;
        var others = new[] { "1", "2", "2", "3" }.Select(value => (value, Reply: app.GetAsync("/a", ("X-A", value)))).ToList();
        await app.WaitForWaitersAsync(5);
        go.SetResult();
        (await first).Body.ShouldBe("1");
        foreach (var (value, reply) in others) (await reply).Body.ShouldBe(value);
        runs.ShouldBe(3);
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
