using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.AspNetCore.Tests.Invalidation;

/// <summary>Writes that change something and do not end well, or are no writes when they arrive.</summary>
public class FailedWriteTests
{
    [Fact]
    public async Task Write_ThatThrowsAfterItsAnswer_InvalidatesWhatWasReadBetween()
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
                throw new InvalidOperationException("after the commit");
            });
        });
        var write = app.SendAsync(HttpMethod.Put, "/a");
        await answered.Task;
        (await app.GetAsync("/a")).Body.ShouldBe("old");
        commit.SetResult();
        await Should.ThrowAsync<HttpRequestException>(write);
        await Eventually.BeTrueAsync("the second invalidation", async () => (await app.GetAsync("/a")).Body == "new");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_ThatThrowsBeforeItsAnswer_InvalidatesAllTheSame(bool isHandled)
    {
        var value = "old";
        await using var app = await TestApp.StartAsync(web =>
        {
            if (isHandled) web.UseExceptionHandler("/error");
            web.UseRouting();
            web.MapFallback("/error", () => "sorry");
            web.MapGet("/users/{id}", (string id) => value).Cache(TimeSpan.FromMinutes(1));
            web.MapGet("/users", () => value).Cache(TimeSpan.FromMinutes(1));
            web.MapGet("/orders/{id}", () => value).Cache(TimeSpan.FromMinutes(1));
            web.MapPut("/users/{id}", string (string id) =>
            {
                value = "new";
                throw new InvalidOperationException("after the commit");
            }).Invalidates("/orders/{id}");
        });
        string[] paths = ["/users/5", "/users", "/orders/5"];
        foreach (var path in paths) await app.GetAsync(path);
        (await app.SendAsync(HttpMethod.Put, "/users/5")).Status.ShouldBe(500);
        foreach (var path in paths) (await app.GetAsync(path)).Body.ShouldBe("new");
    }

    [Fact]
    public async Task Write_WhoseClientLeavesAfterTheCommit_Invalidates()
    {
        var value = "old";
        var committed = NewGate();
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a", () => value).Cache(TimeSpan.FromMinutes(1));
            web.MapPut("/a", async context =>
            {
                value = "new";
                committed.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            });
        });
        await app.GetAsync("/a");
        await using (var raw = await RawHttp.ConnectAsync(app))
        {
            await raw.SendAsync("PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            await committed.Task;
            raw.Reset();
        }

        await Eventually.BeTrueAsync("the invalidation", async () => (await app.GetAsync("/a")).Body == "new");
    }

    [Fact]
    public async Task MethodSetWithinThePipeline_ToAWrite_Invalidates()
    {
        var value = "old";
        await using var app = await TestApp.StartAsync(web =>
        {
            web.Use((context, next) =>
            {
                if (context.Request.Query["_method"] == "DELETE") context.Request.Method = "DELETE";
                return next(context);
            });
            web.UseRouting();
            web.MapGet("/a", () => value).Cache(TimeSpan.FromMinutes(1));
            web.MapDelete("/a", (bool? fails) =>
            {
                value = fails is null ? "deleted" : "failed";
                return fails is null ? "gone" : throw new InvalidOperationException("after the commit");
            });
        });
        (await app.GetAsync("/a")).Body.ShouldBe("old");
        (await app.GetAsync("/a?_method=DELETE")).Body.ShouldBe("gone");
        (await app.GetAsync("/a")).Body.ShouldBe("deleted");
        (await app.GetAsync("/a?_method=DELETE&fails=true")).Status.ShouldBe(500);
        (await app.GetAsync("/a")).Body.ShouldBe("failed");
    }

    [Theory]
    [InlineData("PROPFIND")]
    [InlineData("REPORT")]
    [InlineData("SEARCH")]
    [InlineData("QUERY")]
    public async Task SafeMethod_OfWebDavOrQuery_InvalidatesNothing(string method)
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a", () => "a").Cache(TimeSpan.FromMinutes(1));
            web.MapMethods("/a", [method], () => "found");
        });
        await app.GetAsync("/a");
        (await app.SendAsync(new HttpMethod(method), "/a")).Body.ShouldBe("found");
        (await app.GetAsync("/a")).IsHit.ShouldBeTrue();
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
