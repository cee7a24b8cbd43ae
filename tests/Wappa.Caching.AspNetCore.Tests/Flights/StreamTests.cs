using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Tests.Flights;

/// <summary>Handlers whose client is to see the beginning before the end.</summary>
public class StreamTests
{
    [Theory]
    [InlineData("text/event-stream", false)]
    [InlineData("text/plain", true)]
    public async Task Stream_BehindTheCache_ReachesItsClientAsItIsWritten(string type, bool saysSo)
    {
        var runs = 0;
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(web => web.MapGet("/events", async context =>
        {
            Interlocked.Increment(ref runs);
            context.Response.ContentType = type;
            if (saysSo) context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        }).Cache(TimeSpan.FromMinutes(1)));

        using var first = await app.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        await using var stream = await first.Content.ReadAsStreamAsync();
        var buffer = new byte[9];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Encoding.ASCII.GetString(buffer).ShouldBe("data: 1\n\n");

        // While the first streams, nobody waits for it.
        using var second = await app.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        go.SetResult();
        (await second.Content.ReadAsStringAsync()).ShouldBe("data: 1\n\ndata: 2\n\n");
        await stream.ReadExactlyAsync(buffer);
        Encoding.ASCII.GetString(buffer).ShouldBe("data: 2\n\n");
        first.Headers.ETag.ShouldBeNull();
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task Streamer_WhoseClientLeaves_IsTold()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(web => web.MapGet("/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            told.SetResult();
        }).Cache(TimeSpan.FromMinutes(1)));
        using (await app.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead))
        {
        }

        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task FlushedResponse_ThatEnds_IsStored()
    {
        var runs = 0;
        await using var app = await TestApp.StartAsync(web => web.MapGet("/a", async context =>
        {
            Interlocked.Increment(ref runs);
            await context.Response.StartAsync();
            context.Response.HasStarted.ShouldBeTrue();
            await context.Response.WriteAsync("one ");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("two");
            await context.Response.CompleteAsync();
        }).Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/a")).Body.ShouldBe("one two");
        (await app.GetAsync("/a")).Body.ShouldBe("one two");
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task File_SentByName_IsStored()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "from a file");
        await using var app = await TestApp.StartAsync(
            web => web.MapGet("/a", () => Results.File(path, "text/plain")).Cache(TimeSpan.FromMinutes(1)));
        (await app.GetAsync("/a")).Body.ShouldBe("from a file");
        File.Delete(path);
        var hit = await app.GetAsync("/a");
        (hit.Status, hit.Body, hit["Content-Type"]).ShouldBe((200, "from a file", "text/plain"));
    }
}
