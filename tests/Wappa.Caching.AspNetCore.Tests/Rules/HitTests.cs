using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Rules;

/// <summary>The plain way: the first request runs the endpoint, the next does not.</summary>
public class HitTests
{
    [Fact]
    public async Task Get_Twice_RunsTheEndpointOnce()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/users", () => new { run = Interlocked.Increment(ref runs) }).Cache(TimeSpan.FromMinutes(5)));
        var first = await app.GetAsync("/users");
        app.Clock.Advance(TimeSpan.FromSeconds(7));
        var second = await app.GetAsync("/users");

        (first.Status, first.Body, first.IsHit).ShouldBe((200, """{"run":1}""", false));
        (second.Status, second.Body, second["Age"]).ShouldBe((200, """{"run":1}""", "7"));
        second["Content-Type"].ShouldBe(first["Content-Type"]);
        second["ETag"].ShouldNotBeNull().ShouldBe(first["ETag"]);
        second["Content-Length"].ShouldBe("9");
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task Get_AfterTheTimeToLive_RunsTheEndpointAgain()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/users", () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(5)));
        await app.GetAsync("/users");
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        (await app.GetAsync("/users")).Body.ShouldBe("2");
    }

    [Fact]
    public async Task Get_WithIfNoneMatch_Is304OnHitAndOnMiss()
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", () => "text").Cache(TimeSpan.FromMinutes(5)));
        var tag = (await app.GetAsync("/a")).Headers["ETag"];
        var hit = await app.GetAsync("/a", ("If-None-Match", tag));
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        var miss = await app.GetAsync("/a", ("If-None-Match", $"\"x\", W/{tag}"));

        (hit.Status, hit.Body, hit["ETag"], hit.IsHit).ShouldBe((304, "", tag, true));
        (miss.Status, miss.Body, miss["ETag"], miss.IsHit).ShouldBe((304, "", tag, false));
    }
}
