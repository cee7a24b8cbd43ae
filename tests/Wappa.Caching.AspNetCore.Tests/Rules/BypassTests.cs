using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Rules;

/// <summary>What a client may say to be answered by the handler.</summary>
public class BypassTests
{
    [Theory]
    [InlineData("Range: bytes=0-", true, false)]
    [InlineData("Range: bytes=0-", false, true)]
    [InlineData("Upgrade: x", true, true)] // no upgrade without Connection: upgrade
    [InlineData("Upgrade: x", false, true)]
    public async Task Header_OfARequest_PassesTheCacheByOrNot(string header, bool isHonoured, bool isHit)
    {
        var (runs, name, value) = (0, header.Split(": ")[0], header.Split(": ")[1]);
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => $"{++runs}").Cache(TimeSpan.FromMinutes(1)),
            options: options => options.HonorRequestCacheControl = isHonoured);
        await app.GetAsync("/a");
        (await app.GetAsync("/a", (name, value))).Body.ShouldBe(isHit ? "1" : "2");
    }

    [Fact]
    public async Task Range_ThatIsIgnored_MakesAWholeResponseOnAMiss()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Results.Bytes("whole"u8.ToArray(), enableRangeProcessing: true)).Cache(TimeSpan.FromMinutes(1)),
            options: options => options.HonorRequestCacheControl = false);
        var first = await app.GetAsync("/a", ("Range", "bytes=0-1"));
        (first.Status, first.Body).ShouldBe((200, "whole"));
        var second = await app.GetAsync("/a");
        (second.Body, second.IsHit).ShouldBe(("whole", true));
    }

    [Fact]
    public async Task Head_WithNoCache_IsAnsweredByTheHandler()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapMethods("/a", ["GET", "HEAD"], () => $"{++runs}")
            .Cache(TimeSpan.FromMinutes(1)));
        await app.GetAsync("/a");
        (await app.SendAsync(HttpMethod.Head, "/a", ("Cache-Control", "no-cache"))).IsHit.ShouldBeFalse();
        runs.ShouldBe(2);
        (await app.GetAsync("/a")).Body.ShouldBe("1"); // what is made for HEAD is not stored
    }

    [Theory]
    [InlineData("")]
    [InlineData("Accept-Language")]
    public async Task Age_OfTheHandlersOwnSource_IsCountedOn(string vary)
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Age = "50";
            if (vary.Length > 0) context.Response.Headers.Vary = vary;
            return context.Response.WriteAsync("from elsewhere");
        }).Cache(TimeSpan.FromMinutes(5)));
        foreach (var language in new[] { "de", "en" }) await app.GetAsync("/a", ("Accept-Language", language));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var language in new[] { "de", "en" })
        {
            (await app.GetAsync("/a", ("Accept-Language", language)))["Age"].ShouldBe("51");
            (await app.GetAsync("/a", ("Accept-Language", language), ("Cache-Control", "min-fresh=9")))["Age"].ShouldBe("51");
        }

        app.Clock.Advance(TimeSpan.FromSeconds(9));
        foreach (var language in new[] { "de", "en" })
            (await app.GetAsync("/a", ("Accept-Language", language)))["Age"].ShouldBe("50"); // made anew
    }
}
