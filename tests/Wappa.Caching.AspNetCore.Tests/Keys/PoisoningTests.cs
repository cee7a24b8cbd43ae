using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Wappa.Caching.AspNetCore.Tests.Keys;

/// <summary>Requests made to get a response stored that somebody else is then given. The handler writes all of the request that it can
/// see; a second request that differs must not be given the first one's response.</summary>
public class PoisoningTests
{
    public static TheoryData<string, string> Targets() => new()
    {
        { "/a?x=1", "/a?x=2" },
        { "/a?x=1&y=2", "/a?x=1%26y=2" },
        { "/a?x=1&y=2", "/a?x=1%26y%3D2" },
        { "/a?x=1=y", "/a?x=1%3Dy" },
        { "/a?x", "/a?x=" },
        { "/a?x=1%1E2", "/a?x=1%1F2" },
        { "/a?x=%1E&y=1", "/a?x=%1E&y=2" },
        { "/a?x=%00", "/a?x=" },
        { "/a?x=%3A", "/a?x=:" },
        { "/a?x=%253A", "/a?x=%3A" },
        { "/a?x=a|b", "/a?x=a%7Cb" },
        { "/a?x=<b>", "/a?x=%3Cb%3E" },
        { "/a?x=1&x=2", "/a?x=2&x=1" },
        { "/a?x=1&X=2", "/a?X=2&x=1" },
        { "/a?x=1&%78=2", "/a?%78=2&x=1" },
        { "/a?x=1,2", "/a?x=1&x=2" },
        { "/a?x=a+b", "/a?x=a%2Bb" },
        { "/a?x=%E4%BD%A0", "/a?x=%E4%BD%A1" },
        { "/a?x=%u4F60", "/a?x=%E4%BD%A0" },
        { "/a?x=%ZZ", "/a?x=%zz" },
        { "/a?x=1;y=2", "/a?x=1&y=2" },
        { "/a?:", "/a" },
        { "/a?|v:accept=-", "/a" },
        { "/a", "/A" },
        { "/a", "/a/" },
        { "/a%2Fb", "/a/b" },
        { "/a:b", "/a%7Cb" },
        { "/a%3Ab", "/a" },
        { "/a%3F", "/a?" },
        { "/a?x=1", "/a%3Fx=1" },
        { "/a%25", "/a%2525" },
        { "/a%0A", "/a%0D" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Targets_ThatDiffer_NeverShare(string first, string second)
    {
        await using var app = await EchoAsync();
        var alone = await BodyAsync(app, second);
        await using var poisoned = await EchoAsync();
        await BodyAsync(poisoned, first);
        (await BodyAsync(poisoned, second)).ShouldBe(alone);
        await BodyAsync(app, first);
        (await BodyAsync(app, second)).ShouldBe(alone);
    }

    [Theory]
    [InlineData("/a?x=1&y=2", "/a?y=2&x=1")]
    [InlineData("/a?x=a", "/a?x=%61")]
    [InlineData("/a?x=%3c", "/a?x=%3C")]
    [InlineData("/a?x=1", "/a?&x=1&&")]
    [InlineData("/a", "/a?")]
    [InlineData("/a%42", "/aB")]
    [InlineData("/a/b", "/a/./b")]
    [InlineData("/a/b", "/a/c/../b")]
    public async Task Targets_ThatMeanTheSame_Share(string first, string second)
    {
        await using var app = await EchoAsync();
        await BodyAsync(app, first);
        (await RawHttp.AskAsync(app, second)).ShouldContain("Age: 0");
    }

    [Fact]
    public async Task Host_Forged_IsServedToThatHostOnly()
    {
        await using var app = await EchoAsync();
        (await RawHttp.AskAsync(app, "/a", "evil.example")).ShouldContain("evil.example");
        (await RawHttp.AskAsync(app, "/a", "shop.example")).ShouldNotContain("evil.example");
        (await RawHttp.AskAsync(app, "/a", "shop.example:8080")).ShouldContain("shop.example:8080");
        (await RawHttp.AskAsync(app, "/a", "shop.example")).ShouldContain("Age: 0");
    }

    [Fact]
    public async Task Host_InTheTarget_IsTheHost()
    {
        await using var app = await EchoAsync();
        await RawHttp.AskAsync(app, "http://shop.example/a", "shop.example");
        (await RawHttp.AskAsync(app, "/a", "shop.example")).ShouldContain("Age: 0");
    }

    [Fact]
    public async Task SharedByHosts_WhereTheEndpointSaysSo_IsOneResponse()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => "a").Cache(policy => policy.SharedByHosts()));
        await RawHttp.AskAsync(app, "/a", "one.example");
        (await RawHttp.AskAsync(app, "/a", "two.example")).ShouldContain("Age: 0");
    }

    [Theory]
    [InlineData("X-Forwarded-Host: evil.example")]
    [InlineData("X-Original-URL: /b")]
    [InlineData("X-HTTP-Method-Override: DELETE")]
    [InlineData("Age: 100000")]
    [InlineData("If-None-Match: \"x\"")]
    [InlineData("Accept: text/evil")]
    [InlineData("Cache-Control: public, s-maxage=9")]
    [InlineData("Cache-Control: no-cache")]
    public async Task Header_ThatIsNotPartOfTheKey_ChangesNothingForOthers(string header)
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => "the same").Cache(TimeSpan.FromMinutes(1)));
        await RawHttp.AskAsync(app, "/a", headers: header);
        (await RawHttp.AskAsync(app, "/a")).ShouldContain("the same");
    }

    [Fact]
    public async Task Body_OfAGet_IsNotAnsweredForOthers()
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            return $"[{await reader.ReadToEndAsync()}]";
        }).Cache(TimeSpan.FromMinutes(1)));
        await using var raw = await RawHttp.ConnectAsync(app);
        await raw.SendAsync("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\nevil");
        using var reader = new StreamReader(raw.Stream);
        (await reader.ReadToEndAsync()).ShouldContain("[evil]");
        (await RawHttp.AskAsync(app, "/a")).ShouldContain("[]");
    }

    [Fact]
    public async Task BadRequest_OfOneClient_IsNotTheNextOnes()
    {
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", (HttpContext context) =>
        {
            if (context.Request.Headers.ContainsKey("X-Bad")) throw new BadHttpRequestException("no");
            return "good";
        }).Cache(TimeSpan.FromMinutes(1)));
        (await RawHttp.AskAsync(app, "/a", headers: "X-Bad: 1")).ShouldContain("400");
        (await RawHttp.AskAsync(app, "/a")).ShouldContain("good");
    }

    [Fact]
    public async Task TenantsAndValues_ThatHoldDelimiters_NeverShare()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", (HttpContext context) => $"{context.Request.Headers["X-T"]}/{context.Request.Headers["X-V"]}")
                .Cache(policy => policy.VaryBy(context => context.Request.Headers["X-V"])),
            options: options => options.Tenant = context => context.Request.Headers["X-T"] is { Count: > 0 } tenant ? tenant.ToString() : null);
        string[] values = ["", "-", "+", ":", "a:+b", "a", "%3A", "a%3A+b", "+a", "a+", "|", "-:-"];
        foreach (var (tenant, value) in values.SelectMany(tenant => values.Select(value => (tenant, value))))
        {
            var reply = await app.GetAsync("/a", ("X-T", tenant), ("X-V", value));
            (reply.Body, reply.IsHit).ShouldBe(($"{tenant}/{value}", false));
        }

        var hit = await app.GetAsync("/a", ("X-T", "a"), ("X-V", ":"));
        (hit.Body, hit.IsHit, hit["Cache-Control"]).ShouldBe(("a/:", true, "private, no-cache"));
    }

    [Fact]
    public async Task LongTargets_ThatDifferAtTheEnd_NeverShare()
    {
        await using var app = await EchoAsync();
        var text = new string('x', 4000);
        var first = await BodyAsync(app, $"/a?{text}1");
        (await BodyAsync(app, $"/a?{text}2")).ShouldNotBe(first);
        (await RawHttp.AskAsync(app, $"/a?{text}1")).ShouldContain("Age: 0");
    }

    private static Task<TestApp> EchoAsync() => TestApp.StartAsync(
        web => web.MapGet("/{**path}", (HttpContext context, string? path) =>
            $"{path} {context.Request.Path} {context.Request.QueryString} {context.Request.GetDisplayUrl()} " +
            string.Join(';', context.Request.Query.OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).Select(pair =>
                $"{pair.Key.ToUpperInvariant()}={string.Join('|', pair.Value.Select(value => value))}")))
            .Cache(TimeSpan.FromMinutes(1)));

    private static async Task<string> BodyAsync(TestApp app, string target)
    {
        var reply = await RawHttp.AskAsync(app, target);
        reply.ShouldStartWith("HTTP/1.1 200");
        return reply[reply.IndexOf("\r\n\r\n", StringComparison.Ordinal)..];
    }
}
