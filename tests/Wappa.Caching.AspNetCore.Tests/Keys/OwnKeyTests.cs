using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Tests.Keys;

/// <summary>Keys an endpoint makes itself, and what comes into them from outside.</summary>
public class OwnKeyTests
{
    [Theory]
    [InlineData("5", 200)]
    [InlineData("a:b", 200)]
    [InlineData("A_b-c.d~e@f", 200)]
    [InlineData("a%20b", 400)]
    [InlineData("a%01", 400)]
    [InlineData("%0D%0Aset", 400)]
    [InlineData("a%7Cb", 400)]
    [InlineData("%C3%A4", 400)]
    [InlineData("*", 400)]
    [InlineData("<script>", 400)]
    public async Task Key_WithWhatCameFromOutside_IsValidated(string id, int status)
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/users/{id}", (string id) =>
        {
            runs++;
            return id;
        }).Cache(policy => policy.Key(context => $"user:{context.Request.RouteValues["id"]}")));
        var reply = await app.GetAsync($"/users/{id}");
        reply.Status.ShouldBe(status);
        runs.ShouldBe(status == 200 ? 1 : 0);
        if (status == 200) return;
        reply["Content-Type"].ShouldBe("application/problem+json");
        reply["Cache-Control"].ShouldBe("no-store");
        reply.Body.ShouldNotContain("script");
    }

    [Theory]
    [InlineData("user:5", true)]
    [InlineData("A_b-c.d~e@f", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    [InlineData(null, false)]
    public async Task InvalidateKey_ThatNothingCanBeStoredUnder_HitsNothing(string? key, bool isKey)
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => "a").Cache(policy => policy.Key(static _ => "a")));
        await app.GetAsync("/a");
        IResponseCache.IsKey(key).ShouldBe(isKey);
        if (key is not null)
        {
            await app.Cache.InvalidateKeyAsync(key);
            (await app.Cache.InvalidatePrefixAsync($"{key}:")).ShouldBe(0);
        }

        await app.Cache.InvalidateKeyAsync(new string('a', 257));
        (await app.GetAsync("/a")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task Invalidate_ByWhatCannotBeMeant_Throws()
    {
        await using var app = await TestApp.StartAsync(static _ => { });
        await Should.ThrowAsync<ArgumentNullException>(() => app.Cache.InvalidateKeyAsync(null!).AsTask());
        await Should.ThrowAsync<ArgumentException>(() => app.Cache.InvalidatePrefixAsync("user").AsTask());
        await Should.ThrowAsync<ArgumentException>(() => app.Cache.InvalidatePrefixAsync("").AsTask());
        await Should.ThrowAsync<ArgumentException>(() => app.Cache.InvalidatePathAsync("users").AsTask());
        await Should.ThrowAsync<ArgumentException>(() => app.Cache.InvalidateTagAsync("").AsTask());
    }

    [Fact]
    public async Task Write_WithAKeyThatCannotBe_IsNotFailedAfterItsCommit()
    {
        await using var app = await TestApp.StartAsync(web => web.MapPut("/users/{id}", async (IResponseCache cache, string id) =>
        {
            await cache.InvalidateKeyAsync($"user:{id}");
            return "written";
        }));
        var reply = await app.SendAsync(HttpMethod.Put, "/users/a%20b");
        (reply.Status, reply.Body).ShouldBe((200, "written"));
    }

    [Fact]
    public async Task Key_OfTwoEndpoints_IsTwoResponsesAndOneInvalidation()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/users/{id}", () => "public").Cache(policy => policy.Key(_ => "user:5"));
            web.MapGet("/users/{id}/secret", () => "secret").Cache(policy => policy.Key(_ => "user:5"));
        });
        (await app.GetAsync("/users/5")).Body.ShouldBe("public");
        (await app.GetAsync("/users/5/secret")).Body.ShouldBe("secret");
        (await app.GetAsync("/users/6?x")).IsHit.ShouldBeTrue(); // the key is all there is
        await app.Cache.InvalidateKeyAsync("user:5");
        (await app.GetAsync("/users/5")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/users/5/secret")).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Key_Null_IsNotCached()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Interlocked.Increment(ref runs)).Cache(policy => policy.Key(_ => null)));
        await app.GetAsync("/a");
        (await app.GetAsync("/a")).Body.ShouldBe("2");
    }

    [Fact]
    public async Task InvalidatePrefix_OfWholeParts_RemovesThoseKeysOnly()
    {
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", (string key) => key).Cache(policy => policy.Key(context => context.Request.Query["key"])),
            options: options => options.Prefix = "myapp:");
        foreach (var key in new[] { "user:1", "user:2:profile", "users:1" }) await app.GetAsync($"/a?key={key}");
        (await app.Cache.InvalidatePrefixAsync("user:")).ShouldBe(2);
        (await app.GetAsync("/a?key=user:1")).IsHit.ShouldBeFalse();
        (await app.GetAsync("/a?key=users:1")).IsHit.ShouldBeTrue();
        (await app.Cache.ClearAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task VaryByQuery_OfTheEndpoint_LeavesOutTheRest()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.MapGet("/a", (string? page) => $"page {page}").Cache(policy => policy.VaryByQuery("page"));
            web.MapGet("/b", () => "b").Cache(policy => policy.VaryByQuery());
        });
        await app.GetAsync("/a?page=1&utm=x");
        (await app.GetAsync("/a?utm=y&PAGE=1&z")).IsHit.ShouldBeFalse(); // another text, though it means the same
        (await app.GetAsync("/a?utm=y&page=1&z")).IsHit.ShouldBeTrue();
        (await app.GetAsync("/a?page=2")).Body.ShouldBe("page 2");
        await app.GetAsync("/b?x");
        (await app.GetAsync("/b?y")).IsHit.ShouldBeTrue();
    }
}
