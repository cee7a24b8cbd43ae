using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.AspNetCore.Invalidation;
using Wappa.Caching.AspNetCore.Keys;

namespace Wappa.Caching.AspNetCore.Tests.Stores;

/// <summary>The store fails or hangs: the app goes on.</summary>
public class TroubleTests
{
    [Fact]
    public async Task StoreThatFails_OnEveryRead_LeavesTheEndpointAsItWas()
    {
        var runs = 0;
        var (app, store) = await StartAsync(web => web.MapGet("/a", () => Interlocked.Increment(ref runs)).Cache(TimeSpan.FromMinutes(1)));
        await using var running = app;
        store.Fail();
        (await app.GetAsync("/a")).Body.ShouldBe("1");
        (await app.GetAsync("/a")).Body.ShouldBe("2");
        store.Work();
        (await app.GetAsync("/a")).Body.ShouldBe("3");
        (await app.GetAsync("/a")).Body.ShouldBe("3");
    }

    [Fact]
    public async Task StoreThatHangs_OnARead_CostsASecondAtMost()
    {
        var (app, store) = await StartAsync(web => web.MapGet("/a", () => "made").Cache(TimeSpan.FromMinutes(1)));
        await using var running = app;
        store.Before = static _ => Task.Delay(Timeout.Infinite);
        var asked = app.GetAsync("/a");
        for (var operation = 0; operation < 2; operation++)
        {
            await app.WaitForTimersAsync(1);
            app.Clock.Advance(TimeSpan.FromSeconds(1)); // read, fence; without one nothing is stored
        }

        (await asked.WaitAsync(TimeSpan.FromSeconds(30))).Body.ShouldBe("made");
    }

    [Fact]
    public async Task FirstClient_WhoLeavesBeforeTheStoreAnswers_LeavesACopyOfItsRequest()
    {
        var (asked, go) = (NewGate(), NewGate());
        var (app, store) = await StartAsync(web => web.MapGet("/a/{id}", async (HttpContext context, string id, string q) =>
        {
            await Task.Yield();
            return $"{id} {q} {context.Request.Host}";
        }).Cache(TimeSpan.FromMinutes(1)));
        await using var running = app;
        store.Before = operation =>
        {
            if (operation != "begin") return Task.CompletedTask;
            asked.TrySetResult();
            return go.Task;
        };
        await using var first = await RawHttp.ConnectAsync(app);
        await first.SendAsync($"GET /a/5?q=x HTTP/1.1\r\nHost: {app.Address.Authority}\r\n\r\n");
        await asked.Task;
        var second = app.GetAsync("/a/5?q=x");
        await app.WaitForWaitersAsync(2);
        first.Reset();
        await app.WaitForWaitersAsync(1);
        go.SetResult();
        (await second.WaitAsync(TimeSpan.FromSeconds(30))).Body.ShouldBe($"5 x {app.Address.Authority}");
        (await app.GetAsync("/a/5?q=x")).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task StoreThatFails_OnAWrite_LetsItSucceedAndIsToldAgainLater()
    {
        var value = 1;
        var (app, store) = await StartAsync(web =>
        {
            web.MapGet("/a", () => value).Cache(TimeSpan.FromHours(1));
            web.MapPut("/a", () => Interlocked.Increment(ref value));
        });
        await using var running = app;
        (await app.GetAsync("/a")).Body.ShouldBe("1");
        store.Fail();
        (await app.SendAsync(HttpMethod.Put, "/a")).Status.ShouldBe(200);
        store.Work();
        var removals = app.Services.GetRequiredService<TagRemovals>();
        removals.Owed.ShouldBe(2); // the path and the collection above it
        await app.WaitForTimersAsync(1);
        app.Clock.Advance(TimeSpan.FromMilliseconds(100));
        await app.WaitForRunsAsync(() => removals.Owed, 0);
        (await app.GetAsync("/a")).Body.ShouldBe("2");
    }

    [Fact]
    public async Task StoreThatFails_ForTooLong_IsNotToldForEver()
    {
        var (app, store) = await StartAsync(web => web.MapPut("/a", () => "done"));
        await using var running = app;
        store.Fail();
        await app.SendAsync(HttpMethod.Put, "/a");
        var removals = app.Services.GetRequiredService<TagRemovals>();
        for (var i = 0; i < 100 && removals.Owed > 0; i++)
        {
            await app.WaitForTimersAsync(1);
            app.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        removals.Owed.ShouldBe(0);
    }

    [Fact]
    public async Task StoreThatHangs_OnAWrite_KeepsTheAnswerBackForTheTimeout()
    {
        var (app, store) = await StartAsync(web => web.MapPut("/a", () => "done"));
        await using var running = app;
        store.Before = static _ => Task.Delay(Timeout.Infinite);
        var asked = app.SendAsync(HttpMethod.Put, "/a");
        while (!asked.IsCompleted)
        {
            await Task.WhenAny(asked, app.WaitForTimersAsync(1));
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await asked).Status.ShouldBe(200);
    }

    [Fact]
    public async Task StoreThatFails_OnAnInvalidationByHand_IsToldToTheCaller()
    {
        var (app, store) = await StartAsync(static _ => { });
        await using var running = app;
        store.Fail();
        await Should.ThrowAsync<CacheStoreException>(() => app.Cache.InvalidateKeyAsync("a").AsTask());
        await Should.ThrowAsync<CacheStoreException>(() => app.Cache.InvalidateTagAsync("a").AsTask());
        await Should.ThrowAsync<CacheStoreException>(() => app.Cache.InvalidatePathAsync("/a").AsTask());
    }

    [Fact]
    public async Task EntryOfAnotherVersion_InTheStore_IsAMiss()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Interlocked.Increment(ref runs)).Cache(policy => policy.Key(_ => "a").SharedByHosts()));
        await app.GetAsync("/a");
        var store = app.Services.GetRequiredService<ICacheStore>();
        var key = $"http:v1:k:a:|:{EndpointMark.Of(app.Services.GetRequiredService<EndpointDataSource>().Endpoints.Single())}|/a::-:-";
        var bytes = (await store.GetAsync(key)).ShouldNotBeNull().Value.ToArray();
        bytes[0] = 200;
        await store.SetAsync(key, new CacheEntry(bytes));
        (await app.GetAsync("/a")).Body.ShouldBe("2");
        for (var length = 0; length < bytes.Length; length += 7)
        {
            await store.SetAsync(key, new CacheEntry(new byte[] { 1 }.Concat(bytes.Skip(1).Take(length)).ToArray()));
            (await app.GetAsync("/a")).Status.ShouldBe(200);
        }
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static async Task<(TestApp App, TroubledStore Store)> StartAsync(
        Action<WebApplication> map, Action<ResponseCacheOptions>? options = null)
    {
        TroubledStore? store = null;
        var app = await TestApp.StartAsync(
            map,
            builder => builder.Services.AddWappaCaching(caching => caching.UseStores(
                "troubled", services => services.GetRequiredService<MemoryDocumentStore>(),
                services => store = new TroubledStore(services.GetRequiredService<MemoryCacheStore>()))),
            options);
        app.Services.GetRequiredService<ICacheStore>();
        return (app, store!);
    }
}
