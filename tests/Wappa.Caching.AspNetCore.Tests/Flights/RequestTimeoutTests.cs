using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.AspNetCore.Tests.Flights;

/// <summary>Middleware gives the request another token than the server did: that it is cancelled does not mean that nobody is there.</summary>
public class RequestTimeoutTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task HandlerThatHeedsItsToken_AtTheTimeout_GivesTheStatusOfTheTimeoutToAllWhoWait()
    {
        var (began, told) = (NewGate(), NewGate());
        await using var app = await StartAsync(web => web.MapGet("/a", async (CancellationToken aborted) =>
        {
            using var registered = aborted.Register(() => told.TrySetResult());
            began.TrySetResult();
            await Task.Delay(Timeout.Infinite, aborted);
        }).Cache(TimeSpan.FromMinutes(1)).WithRequestTimeout(Soon));
        var first = app.GetAsync("/a");
        await began.Task;
        var second = app.GetAsync("/a");
        (await first.WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(504);
        (await second.WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(504);
        told.Task.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task HandlerThatIgnoresItsToken_AfterTheTimeout_GivesTheStatusOfTheTimeoutAndStoresNothing()
    {
        var began = NewGate();
        var runs = 0;
        await using var app = await StartAsync(web => web.MapGet("/a", async (CancellationToken aborted) =>
        {
            if (Interlocked.Increment(ref runs) > 1) return "whole body";
            began.SetResult();
            await Task.Delay(Timeout.Infinite, aborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            return "part"; // as if nothing had happened
        }).Cache(TimeSpan.FromMinutes(1)).WithRequestTimeout(Soon));
        var first = app.GetAsync("/a");
        await began.Task;
        var second = app.GetAsync("/a");
        (await first.WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(504);
        (await second.WaitAsync(TimeSpan.FromSeconds(30))).Status.ShouldBe(504);
        var (made, stored) = (await app.GetAsync("/a"), await app.GetAsync("/a"));
        (made.Body, made.IsHit, stored.Body, stored.IsHit).ShouldBe(("whole body", false, "whole body", true));
    }

    private static Task<TestApp> StartAsync(Action<WebApplication> map) => TestApp.StartAsync(
        web =>
        {
            web.UseRequestTimeouts();
            map(web);
        },
        builder => builder.Services.AddRequestTimeouts());

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
