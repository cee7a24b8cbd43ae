using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

public class UseETagsTests
{
    private static readonly byte[] Hello = "{\"hello\":\"world\"}"u8.ToArray();

    [Theory]
    [InlineData("/json")]
    [InlineData("/text")]
    [InlineData("/stream")]
    [InlineData("/writer")]
    [InlineData("/pieces")]
    [InlineData("/declared")]
    [InlineData("/file")]
    [InlineData("/completed")]
    [InlineData("/controller")]
    public async Task Get_WhateverWritesIt_HasTheTagOfItsContentAndThen304(string path)
    {
        await using var app = await StartAsync();

        var first = await app.GetAsync(path);
        var second = await app.GetAsync(path, ("If-None-Match", first["ETag"]!));

        (first.Status, first.Body).ShouldBe((200, "{\"hello\":\"world\"}"));
        first["ETag"].ShouldBe(EntityTags.Compute(Hello));
        first["Content-Length"].ShouldBe("17");
        (second.Status, second.Body.Length, second["ETag"]).ShouldBe((304, 0, first["ETag"]));
        second["Content-Type"].ShouldBeNull();
        second["Content-Length"].ShouldBeNull();
        (await app.GetAsync("/text")).Body.ShouldBe("{\"hello\":\"world\"}"); // the connection is fine
    }

    [Fact]
    public async Task Head_OfWhatGetWrites_HasTheSameHeaders()
    {
        await using var app = await StartAsync();

        var get = await app.GetAsync("/both");
        var head = await app.SendAsync(HttpMethod.Parse("HEAD"), "/both");

        (head.Status, head.Body.Length, head["ETag"], head["Content-Length"], head["Content-Type"])
            .ShouldBe((200, 0, get["ETag"], get["Content-Length"], get["Content-Type"]));
        (await app.SendAsync(HttpMethod.Parse("HEAD"), "/both", ("If-None-Match", get["ETag"]!))).Status.ShouldBe(304);
    }

    [Theory]
    [InlineData("/empty")]
    [InlineData("/missing")]
    [InlineData("/redirect")]
    [InlineData("/created")]
    [InlineData("/part")]
    [InlineData("/ranges")]
    [InlineData("/secret")]
    [InlineData("/events")]
    [InlineData("/trailer")]
    [InlineData("/unbuffered")]
    public async Task Get_WhatIsNotToBeTagged_IsLeftAlone(string path)
    {
        await using var plain = await StartAsync(useETags: false);
        await using var app = await StartAsync();

        var expected = await plain.GetAsync(path);
        var actual = await app.GetAsync(path, ("If-None-Match", "*"));

        actual["ETag"].ShouldBeNull();
        (actual.Status, actual.Body, actual["Content-Length"], actual["Content-Type"], actual["Transfer-Encoding"])
            .ShouldBe((expected.Status, expected.Body, expected["Content-Length"], expected["Content-Type"],
                expected["Transfer-Encoding"]));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Write_IsNeverTouched(string method)
    {
        await using var app = await StartAsync();

        var reply = await app.SendAsync(HttpMethod.Parse(method), "/write", ("If-None-Match", "*"), ("If-Match", "\"x\""));

        (reply.Status, reply.Body, reply["ETag"]).ShouldBe((200, "done", null));
    }

    [Fact]
    public async Task Head_ThatWritesNothing_HasNoTag()
    {
        await using var app = await StartAsync();

        var reply = await app.SendAsync(HttpMethod.Parse("HEAD"), "/head-only");

        (reply.Status, reply["ETag"], reply["Content-Length"]).ShouldBe((200, null, "17"));
    }

    [Theory]
    [InlineData("/own", "\"v1\"")]
    [InlineData("/own-weak", "W/\"v1\"")]
    public async Task Get_ATagOfTheHandlers_StaysAndIsAnswered304(string path, string tag)
    {
        await using var app = await StartAsync();

        (await app.GetAsync(path))["ETag"].ShouldBe(tag);
        var matched = await app.GetAsync(path, ("If-None-Match", "\"v0\", \"v1\""));
        var other = await app.GetAsync(path, ("If-None-Match", "\"v0\""));

        (matched.Status, matched["ETag"], matched.Body).ShouldBe((304, tag, ""));
        (other.Status, other["ETag"], other.Body).ShouldBe((200, tag, "mine"));
    }

    [Fact]
    public async Task NotModified_KeepsWhatItMustCarryAndNothingOfTheBody()
    {
        await using var app = await StartAsync();
        var tag = (await app.GetAsync("/rich"))["ETag"]!;

        var reply = await app.GetAsync("/rich", ("If-None-Match", tag));

        reply.Status.ShouldBe(304);
        reply["Cache-Control"].ShouldBe("public, max-age=60");
        reply["Vary"].ShouldBe("Accept");
        reply["Expires"].ShouldBe("Sat, 21 Nov 2026 10:00:00 GMT");
        reply["Content-Location"].ShouldBe("/rich.en");
        reply["Date"].ShouldNotBeNull();
        reply["Set-Cookie"].ShouldBe("seen=1");
        reply["Content-Language"].ShouldBeNull();
        reply["Content-Type"].ShouldBeNull();
    }

    [Fact]
    public async Task Get_WithIfMatchThatIsNotIt_Is412()
    {
        await using var app = await StartAsync();

        var reply = await app.GetAsync("/text", ("If-Match", "\"x\""));

        (reply.Status, reply.Body, reply["ETag"], reply["Content-Length"]).ShouldBe((412, "", EntityTags.Compute(Hello), "0"));
        (await app.GetAsync("/text", ("If-Match", reply["ETag"]!))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Get_WithADateAndNoTag_IsAnsweredByTheDate()
    {
        await using var app = await StartAsync();

        (await app.GetAsync("/dated", ("If-Modified-Since", "Sat, 21 Nov 2026 10:00:00 GMT"))).Status.ShouldBe(304);
        (await app.GetAsync("/dated", ("If-Modified-Since", "Sat, 21 Nov 2026 09:00:00 GMT"))).Status.ShouldBe(200);
        (await app.GetAsync("/dated", ("If-Modified-Since", "Sat, 21 Nov 2026 10:00:00 GMT"), ("If-None-Match", "\"x\"")))
            .Status.ShouldBe(200);
    }

    [Fact]
    public async Task Get_AnErrorAfterAWrite_IsACleanErrorPage()
    {
        await using var app = await StartAsync();

        var reply = await app.GetAsync("/throws");

        (reply.Status, reply.Body, reply["ETag"]).ShouldBe((500, "sorry", null));
    }

    [Fact]
    public async Task Get_AnErrorPageInside_DoesNotFollowHalfOfTheBrokenOne()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("outer")));
            web.UseETags();
            web.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("inner")));
            web.MapGet("/", Throw);
        });

        (await app.GetAsync("/")).Body.ShouldBe("outer"); // as if the half had been sent, but nothing was
    }

    [Fact]
    public async Task Get_ThreadsOfOtherRequests_NeverMixBodies()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseETags();
            web.MapGet("/{id:int}", async (HttpContext context, int id) =>
            {
                for (var i = 0; i < 50; i++) await context.Response.WriteAsync($"{id},");
            });
        });

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(id => app.GetAsync($"/{id}")));

        for (var id = 0; id < replies.Length; id++)
        {
            var expected = string.Concat(Enumerable.Repeat($"{id},", 50));
            replies[id].Body.ShouldBe(expected);
            replies[id]["ETag"].ShouldBe(EntityTags.Compute(Encoding.UTF8.GetBytes(expected)));
        }
    }

    [Theory]
    [InlineData(-1, 1.0)]
    [InlineData(1, 0.0)]
    [InlineData(1, 61.0)]
    public void UseETags_OptionsThatCannotWork_AreRefused(int bytes, double seconds)
    {
        var web = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<ArgumentException>(() => web.UseETags(options =>
        {
            options.MaxBodyBytes = bytes;
            options.FlushHold = TimeSpan.FromSeconds(seconds);
        })).Message.ShouldContain(nameof(ETagOptions));
    }

    private static Task<TestApp> StartAsync(bool useETags = true) => TestApp.StartAsync(
        web =>
        {
            web.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("sorry")));
            if (useETags) web.UseETags(options => options.FlushHold = TimeSpan.FromSeconds(30)); // no test here waits for it
            UseETagsEndpoints.Map(web, Hello);
            web.MapGet("/throws", Throw);
        },
        builder => builder.Services.AddControllers());

    private static async Task Throw(HttpContext context)
    {
        await context.Response.WriteAsync("half");
        throw new InvalidOperationException("The handler failed.");
    }
}

[ApiController]
public class HelloController : ControllerBase
{
    [HttpGet("/controller")]
    public object Get() => new { hello = "world" };
}
