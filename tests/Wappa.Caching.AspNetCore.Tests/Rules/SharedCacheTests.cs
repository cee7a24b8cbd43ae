using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Rules;

/// <summary>RFC 9110 and 9111, as far as they concern a cache in front of the one origin it belongs to. A row is a response, the next
/// request 30 seconds later, and whether the response serves it.</summary>
public class SharedCacheTests
{
    public static TheoryData<string, string, int, string, bool> Responses() => new()
    {
        // What the response says (RFC 9111 §3, §5.2.2). Time to live of the endpoint: 60 seconds.
        { "nothing", "", 200, "", true },
        { "max-age above", "Cache-Control: max-age=100", 200, "", true },
        { "max-age below", "Cache-Control: max-age=10", 200, "", false },
        { "max-age 0", "Cache-Control: max-age=0", 200, "", false },
        { "max-age no number", "Cache-Control: max-age=soon", 200, "", false },
        { "max-age negative", "Cache-Control: max-age=-1", 200, "", false },
        { "max-age too large for a number", "Cache-Control: max-age=99999999999999999999", 200, "", true },
        { "max-age quoted", "Cache-Control: max-age=\"100\"", 200, "", true },
        { "max-age twice, the smaller counts", "Cache-Control: max-age=100, max-age=5", 200, "", false },
        { "s-maxage before max-age", "Cache-Control: max-age=5, s-maxage=100", 200, "", true },
        { "s-maxage below", "Cache-Control: max-age=100, s-maxage=5", 200, "", false },
        { "age of an upstream", "Cache-Control: max-age=50|Age: 40", 200, "", false },
        { "expires ahead", "Expires: Wed, 15 Jan 2025 11:00:00 GMT", 200, "", true },
        { "expires soon", "Expires: Wed, 15 Jan 2025 10:30:10 GMT", 200, "", false },
        { "expires past", "Expires: Thu, 01 Jan 1970 00:00:00 GMT", 200, "", false },
        { "expires no date", "Expires: 0", 200, "", false },
        { "max-age before expires", "Cache-Control: max-age=50|Expires: 0", 200, "", true },
        { "no-store", "Cache-Control: no-store", 200, "", false },
        { "no-store in capitals", "Cache-Control: NO-STORE", 200, "", false },
        { "no-store beside others", "Cache-Control: public, max-age=100 , no-store", 200, "", false },
        { "no-store in a second line", "Cache-Control: max-age=100|Cache-Control: no-store", 200, "", false },
        { "no-cache", "Cache-Control: no-cache", 200, "", false },
        { "no-cache of a field", "Cache-Control: no-cache=\"X-A, X-B\"", 200, "", false },
        { "private", "Cache-Control: private", 200, "", false },
        { "private of a field", "Cache-Control: private=\"X-A\", max-age=100", 200, "", false },
        { "a directive within quotes", "Cache-Control: ext=\"a, no-store\", max-age=100", 200, "", true },
        { "public", "Cache-Control: public", 200, "", true },
        { "unknown directive", "Cache-Control: community=\"UCI\"", 200, "", true },
        { "must-revalidate while fresh", "Cache-Control: must-revalidate, max-age=100", 200, "", true },
        { "set-cookie", "Set-Cookie: a=b", 200, "", false },
        { "vary by anything", "Vary: *", 200, "", false },
        { "vary by anything beside a name", "Vary: Accept, *", 200, "", false },
        { "content-range", "Content-Range: bytes 0-1/9", 200, "", false },
        { "trailer announced", "Trailer: X-Sum", 200, "", false },

        // Statuses: 200 only, unless the endpoint says more.
        { "201", "", 201, "", false },
        { "203", "", 203, "", false },
        { "204", "", 204, "", false },
        { "206", "", 206, "", false },
        { "301", "Location: /b", 301, "", false },
        { "304 of the handler's own", "", 304, "", false },
        { "404", "", 404, "", false },
        { "500", "", 500, "", false },

        // What the second request says (§5.2.1).
        { "no-cache", "", 200, "Cache-Control: no-cache", false },
        { "max-age=0", "", 200, "Cache-Control: max-age=0", false },
        { "max-age above the age", "", 200, "Cache-Control: max-age=30", true },
        { "max-age below the age", "", 200, "Cache-Control: max-age=29", false },
        { "min-fresh within", "", 200, "Cache-Control: min-fresh=30", true },
        { "min-fresh beyond", "", 200, "Cache-Control: min-fresh=31", false },
        { "no-store", "", 200, "Cache-Control: no-store", false },
        { "only-if-cached", "", 200, "Cache-Control: only-if-cached", true },
        { "max-stale", "", 200, "Cache-Control: max-stale=100", true },
        { "no-transform", "", 200, "Cache-Control: no-transform", true },
        { "pragma", "", 200, "Pragma: no-cache", false },
        { "pragma beside cache-control", "", 200, "Pragma: no-cache|Cache-Control: max-age=100", true },
        { "range", "", 200, "Range: bytes=0-1", false },
        { "expect nothing of accept", "", 200, "Accept: text/html", true },
        { "cookies are no part of the key", "", 200, "Cookie: a=b", true },
        { "if-match that does not hold", "", 200, "If-Match: \"other\"", true },
    };

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Response_ForTheNextRequest_IsUsedOrNot(string name, string response, int status, string request, bool used)
    {
        name.ShouldNotBeEmpty();
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async context =>
        {
            Interlocked.Increment(ref runs);
            foreach (var (header, value) in Headers(response)) context.Response.Headers.Append(header, value);
            context.Response.StatusCode = status;
            if (status is not (204 or 304)) await context.Response.WriteAsync("body");
        }).Cache(TimeSpan.FromSeconds(60)));

        var first = await app.GetAsync("/a");
        first.Status.ShouldBe(status);
        first.IsHit.ShouldBe(response.Contains("Age:")); // only what the handler says
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        await app.GetAsync("/a", Headers(request));

        runs.ShouldBe(used ? 1 : 2);
    }

    [Theory]
    [InlineData("If-None-Match: \"v1\"", 304)]
    [InlineData("If-None-Match: W/\"v1\"", 304)]
    [InlineData("If-None-Match: \"v0\", \"v1\"", 304)]
    [InlineData("If-None-Match: *", 304)]
    [InlineData("If-None-Match: \"v0\"", 200)]
    [InlineData("If-None-Match: v1", 200)]
    [InlineData("If-Modified-Since: Wed, 15 Jan 2025 10:00:00 GMT", 304)]
    [InlineData("If-Modified-Since: Wed, 15 Jan 2025 09:59:59 GMT", 200)]
    [InlineData("If-None-Match: \"v0\"|If-Modified-Since: Wed, 15 Jan 2025 10:00:00 GMT", 200)]
    [InlineData("If-Match: \"v1\"", 200)]
    [InlineData("If-Match: \"v0\"", 412)]
    [InlineData("If-Unmodified-Since: Wed, 15 Jan 2025 09:59:59 GMT", 412)]
    public async Task Condition_OnMissAndOnHit_IsAnsweredAlike(string condition, int status)
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", context =>
        {
            Interlocked.Increment(ref runs);
            context.Request.Headers.IfNoneMatch.Count.ShouldBe(0); // the handler's response is for everybody
            context.Response.Headers.ETag = "\"v1\"";
            context.Response.Headers.LastModified = "Wed, 15 Jan 2025 10:00:00 GMT";
            context.Response.Headers.Vary = "Accept-Language";
            return context.Response.WriteAsync("body");
        }).Cache(TimeSpan.FromSeconds(60)));

        foreach (var isHit in new[] { false, true })
        {
            var reply = await app.GetAsync("/a", Headers(condition));
            reply.Status.ShouldBe(status);
            if (status == 412) continue;
            reply.Body.ShouldBe(status == 304 ? "" : "body");
            reply["ETag"].ShouldBe("\"v1\"");
            reply["Vary"].ShouldBe("Accept-Language");
            reply["Cache-Control"].ShouldBe("no-cache");
            reply["Content-Length"].ShouldBe(status == 304 ? null : "4");
            reply.IsHit.ShouldBe(isHit);
        }

        runs.ShouldBe(1);
    }

    [Fact]
    public async Task OnlyIfCached_OnAMiss_Is504()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(1)));
        var reply = await app.GetAsync("/a", ("Cache-Control", "only-if-cached"));
        (reply.Status, reply["Cache-Control"], runs).ShouldBe((504, "no-store", 0));
    }

    [Fact]
    public async Task NoCache_OfARequest_RenewsWhatIsStored()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(1)));
        await app.GetAsync("/a");
        (await app.GetAsync("/a", ("Cache-Control", "no-cache"))).Body.ShouldBe("2");
        (await app.GetAsync("/a")).Body.ShouldBe("2");
        (await app.GetAsync("/b?c")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task NoCache_WhereTheAppDoesNotHonorIt_IsServedFromTheCache()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(1)),
            options: options => options.HonorRequestCacheControl = false);
        await app.GetAsync("/a");
        (await app.GetAsync("/a", ("Cache-Control", "no-cache, no-store"))).Body.ShouldBe("1");
    }

    [Fact]
    public async Task Head_AfterGet_HasItsHeadersAndNoBody()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapMethods("/a", ["GET", "HEAD"], async context =>
        {
            Interlocked.Increment(ref runs);
            if (HttpMethods.IsGet(context.Request.Method)) await context.Response.WriteAsync("body");
        }).Cache(TimeSpan.FromMinutes(1)));

        var before = await app.SendAsync(HttpMethod.Head, "/a"); // a miss: what a handler writes for HEAD is no response to GET
        var get = await app.GetAsync("/a");
        var after = await app.SendAsync(HttpMethod.Head, "/a");
        (before.Body, get.Body, after.Body, runs).ShouldBe(("", "body", "", 2));
        (after["Content-Length"], after["ETag"], after.IsHit).ShouldBe(("4", get["ETag"], true));
        (await app.SendAsync(HttpMethod.Head, "/a", ("If-None-Match", get["ETag"]!))).Status.ShouldBe(304);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("QUERY")]
    public async Task OtherMethod_Always_RunsTheEndpoint(string method)
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapMethods("/a", [method], () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(1)));
        await app.SendAsync(new HttpMethod(method), "/a");
        (await app.SendAsync(new HttpMethod(method), "/a")).Body.ShouldBe("2");
    }

    [Fact]
    public async Task Statuses_OfTheEndpoint_AreStored()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", () =>
        {
            Interlocked.Increment(ref runs);
            return Results.NotFound();
        }).Cache(policy => policy.Statuses(200, 404)));
        await app.GetAsync("/a");
        var hit = await app.GetAsync("/a", ("If-None-Match", "*"));
        (hit.Status, hit.IsHit, runs).ShouldBe((404, true, 1)); // conditions are for what would be a success
    }

    [Fact]
    public async Task ClientTtl_OfTheEndpoint_IsNeverBeyondItsOwn()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => "a").Cache(policy => policy.For(TimeSpan.FromSeconds(60)).ClientTtl(TimeSpan.FromMinutes(5))));
        (await app.GetAsync("/a"))["Cache-Control"].ShouldBe("max-age=60");
        app.Clock.Advance(TimeSpan.FromSeconds(59));
        var hit = await app.GetAsync("/a");
        (hit["Cache-Control"], hit["Age"]).ShouldBe(("max-age=60", "59"));
    }

    [Fact]
    public async Task Headers_OfTheHandler_AreServedAgainAndThoseBeforeItAreNot()
    {
        var requests = 0;
        await using var app = await TestApp.StartAsync(web =>
        {
            web.Use(async (context, next) =>
            {
                context.Response.Headers["X-Request"] = $"{++requests}";
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers["X-Late"] = $"{requests}";
                    return Task.CompletedTask;
                });
                await next(context);
            });
            web.MapGet("/a", (HttpContext context) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers["X-Inner"] = "yes";
                    return Task.CompletedTask;
                });
                context.Response.Headers["X-List"] = new(["a", "b"]);
                context.Response.Headers.Connection = "x-hop";
                return "a";
            }).Cache(TimeSpan.FromMinutes(1));
        });
        await app.GetAsync("/a");
        var hit = await app.GetAsync("/a");
        (hit["X-Request"], hit["X-Late"], hit["X-Inner"], hit["X-List"], hit["Connection"]).ShouldBe(("2", "2", "yes", "a, b", null));
    }

    [Fact]
    public async Task CookieSetAsTheResponseStarts_ByTheHandler_IsSeen()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            runs++;
            context.Response.OnStarting(() =>
            {
                context.Response.Cookies.Append("session", "secret");
                return Task.CompletedTask;
            });
            return "a";
        }).Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/a"))["Set-Cookie"].ShouldNotBeNull();
        (await app.GetAsync("/a")).IsHit.ShouldBeFalse();
        runs.ShouldBe(2);
    }

    private static (string Name, string Value)[] Headers(string lines) =>
        [.. lines.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1]))];
}
