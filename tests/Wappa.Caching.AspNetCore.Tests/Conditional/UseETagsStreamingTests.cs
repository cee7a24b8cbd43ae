using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Caching.AspNetCore.Tests.Conditional;

/// <summary>What is a stream reaches its client while it is made, as it would without ETags.</summary>
public class UseETagsStreamingTests
{
    private const int Limit = 100_000;

    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource _flushed = NewGate();
    private readonly TaskCompletionSource _goOn = NewGate();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flushed_AndNotOver_ReachesTheClientWhenTheHoldIsOver()
    {
        await using var app = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("one");
            _flushed.SetResult();
            await _goOn.Task;
            await context.Response.WriteAsync("two");
            await context.Response.WriteAsync("three");
        });
        var asked = OpenAsync(app);
        await _flushed.Task.WaitAsync(Patience, Ct);
        asked.IsCompleted.ShouldBeFalse();

        _time.Advance(Hold);

        using var response = await asked;
        response.Headers.ETag.ShouldBeNull();
        await using var body = await response.Content.ReadAsStreamAsync(Ct);
        (await ReadAsync(body, 3)).ShouldBe("one");
        _goOn.SetResult();
        (await ReadAsync(body, 8)).ShouldBe("twothree");
        body.ReadByte().ShouldBe(-1);
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task StartedOnly_SendsItsHeadersWhenTheHoldIsOver()
    {
        await using var app = await StartAsync(async context =>
        {
            context.Response.Headers["X-Early"] = "1";
            await context.Response.StartAsync();
            _flushed.SetResult();
            await _goOn.Task;
        });
        var asked = OpenAsync(app);
        await _flushed.Task.WaitAsync(Patience, Ct);

        _time.Advance(Hold);

        using var response = await asked;
        response.Headers.GetValues("X-Early").ShouldBe(["1"]);
        _goOn.SetResult();
        (await response.Content.ReadAsStringAsync(Ct)).ShouldBe("");
    }

    [Fact]
    public async Task Flushed_AndOverInTime_HasATag()
    {
        await using var app = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("one");
            _time.Advance(Hold - TimeSpan.FromMilliseconds(1));
            await context.Response.WriteAsync("two");
        });

        (await app.GetAsync("/"))["ETag"].ShouldBe(EntityTags.Compute("onetwo"u8));
        _time.ActiveTimers.ShouldBe(0);
    }

    [Theory]
    [InlineData("text/event-stream", "data: 1\n\n")]
    [InlineData("Text/Event-Stream; charset=utf-8", "data: 1\n\n")]
    public async Task Events_ReachTheClientAtOnce(string type, string first)
    {
        await using var app = await StartAsync(async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(first);
            await _goOn.Task;
        });

        using var response = await OpenAsync(app);
        await using var body = await response.Content.ReadAsStreamAsync(Ct);

        (await ReadAsync(body, first.Length)).ShouldBe(first);
        _goOn.SetResult();
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task ServerSentEvents_OfTheFramework_ReachTheClientAtOnce()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseETags();
            web.MapGet("/", () => TypedResults.ServerSentEvents(EventsAsync()));
        });

        using var response = await OpenAsync(app);
        await using var body = await response.Content.ReadAsStreamAsync(Ct);

        (await ReadAsync(body, 9)).ShouldBe("data: a\n\n");
        _goOn.SetResult();
        (await ReadAsync(body, 9)).ShouldBe("data: b\n\n");

        async IAsyncEnumerable<string> EventsAsync()
        {
            yield return "a";
            await _goOn.Task;
            yield return "b";
        }
    }

    [Fact]
    public async Task WebSocket_IsTheServersAndTheClients()
    {
        await using var app = await TestApp.StartAsync(web =>
        {
            web.UseETags();
            web.UseWebSockets();
            web.MapGet("/", async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Ct);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
            });
        });
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(app.Address) { Scheme = "ws" }.Uri, Ct);

        var bytes = new byte[16];
        var received = await client.ReceiveAsync(bytes.AsMemory(), Ct);

        Text(bytes[..received.Count]).ShouldBe("hello");
    }

    [Theory]
    [InlineData(Limit, true)]
    [InlineData(Limit + 1, false)]
    [InlineData(10 * Limit, false)]
    public async Task Large_BeyondTheLimit_GoesThroughUnchanged(int length, bool hasTag)
    {
        var content = Letters(length);
        await using var app = await StartAsync(async context =>
        {
            for (var at = 0; at < length; at += 7919)
                await context.Response.Body.WriteAsync(content.AsMemory(at, Math.Min(7919, length - at)));
        });

        var reply = await app.GetAsync("/", ("If-None-Match", "\"x\""));

        reply.Body.ShouldBe(Text(content));
        reply["ETag"].ShouldBe(hasTag ? EntityTags.Compute(content) : null);
        (await app.GetAsync("/", ("If-None-Match", EntityTags.Compute(content)))).Status.ShouldBe(hasTag ? 304 : 200);
    }

    [Fact]
    public async Task Large_BeyondTheLimit_ReachesTheClientBeforeItIsOver()
    {
        await using var app = await StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(new byte[Limit]);
            await context.Response.Body.WriteAsync(new byte[1]);
            await context.Response.Body.FlushAsync();
            await _goOn.Task;
        });

        using var response = await OpenAsync(app);
        await using var body = await response.Content.ReadAsStreamAsync(Ct);

        (await ReadAsync(body, Limit + 1)).Length.ShouldBe(Limit + 1);
        _goOn.SetResult();
    }

    [Fact]
    public async Task LargeFile_GoesThroughUnchanged()
    {
        var content = Letters(3 * Limit);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, content, Ct);
        await using var app = await StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("begin"u8.ToArray());
            await context.Response.SendFileAsync(file);
            await context.Response.Body.WriteAsync("end"u8.ToArray());
        });

        (await app.GetAsync("/")).Body.ShouldBe($"begin{Text(content)}end");
        File.Delete(file);
    }

    [Fact]
    public async Task ManyWritesAroundTheHold_KeepTheirOrder()
    {
        var content = Letters(50_000);
        await using var app = await StartAsync(async context =>
        {
            // The timer fires while the handler writes: both want to send.
            var clock = Task.Run(() => _time.Advance(Hold), Ct);
            for (var at = 0; at < content.Length; at += 10)
            {
                await context.Response.BodyWriter.WriteAsync(content.AsMemory(at, 10));
                if (at == 25_000) await clock;
            }
        });

        for (var round = 0; round < 10; round++) (await app.GetAsync("/")).Body.ShouldBe(Text(content));
    }

    [Fact]
    public async Task DisableBuffering_AfterAWrite_LetsTheHeldBytesThrough()
    {
        await using var app = await StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("one"u8.ToArray());
            context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await context.Response.Body.WriteAsync("two"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await _goOn.Task;
        });

        using var response = await OpenAsync(app);
        await using var body = await response.Content.ReadAsStreamAsync(Ct);

        (await ReadAsync(body, 6)).ShouldBe("onetwo");
        _goOn.SetResult();
    }

    [Fact]
    public async Task Truncated_ABodyShorterThanItSaid_HasNoTagAndFails()
    {
        await using var app = await StartAsync(async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.Body.WriteAsync("four"u8.ToArray());
        });

        await Should.ThrowAsync<HttpRequestException>(() => app.GetAsync("/"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SynchronousWrite_WhereTheServerForbidsIt_IsForbiddenForSmallBodiesToo(bool allowed)
    {
        await using var app = await TestApp.StartAsync(
            web =>
            {
                web.UseETags();
                web.MapGet("/", context =>
                {
                    if (!allowed) Should.Throw<InvalidOperationException>(() => context.Response.Body.Write("x"u8));
                    else context.Response.Body.Write("x"u8);
                    return Task.CompletedTask;
                });
            },
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.AllowSynchronousIO = allowed));

        (await app.GetAsync("/"))["ETag"].ShouldBe(allowed ? EntityTags.Compute("x"u8) : null);
    }

    private Task<TestApp> StartAsync(RequestDelegate handler) => TestApp.StartAsync(
        web =>
        {
            web.UseETags(options =>
            {
                options.MaxBodyBytes = Limit;
                options.FlushHold = Hold;
            });
            web.MapGet("/", handler);
        },
        builder => builder.Services.AddSingleton<TimeProvider>(_time));

    private static Task<HttpResponseMessage> OpenAsync(TestApp app) =>
        app.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);

    private static async Task<string> ReadAsync(Stream body, int length)
    {
        var bytes = new byte[length];
        await body.ReadExactlyAsync(bytes, Ct).AsTask().WaitAsync(Patience, Ct);
        return Text(bytes);
    }

    private static byte[] Letters(int length) => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString("abcdefgh", length));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
