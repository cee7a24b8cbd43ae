using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Webhooks;

namespace Wappa.Tests;

public class BrokenSenderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_WhoseChunksAreBroken_Is400AndNoError()
    {
        await using var app = await BotApp.StartAsync();
        using var sender = await ConnectAsync(app, "Transfer-Encoding: chunked", "5\r\n{\"a\":\r\nnot a length\r\n");

        using var answers = new StreamReader(sender.GetStream());
        var answer = await answers.ReadLineAsync(Ct);
        await app.StopAsync();

        answer.ShouldBe("HTTP/1.1 400 Bad Request");
        ShouldHoldNoError(app);
        app.Logs.All.ShouldContain(line => line.Contains("status 400: its body could not be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StatusCodes.Status400BadRequest)]
    [InlineData(StatusCodes.Status408RequestTimeout)]
    public async Task Post_ThatTheServerGivesUpOn_IsAnsweredWithTheServersStatus(int status)
    {
        await using var app = await BotApp.StartAsync();

        (await ReceiveAsync(app, new BadHttpRequestException("too slow", status))).ShouldBe(status);

        ShouldHoldNoError(app);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_WhoseSenderStopsHalfWay_IsNoError(bool reset)
    {
        await using var app = await BotApp.StartAsync();
        using var sender = await ConnectAsync(app, "Content-Length: 100", "{\"object\":");

        if (reset) sender.LingerState = new(enable: true, seconds: 0); // closing says "reset", as a crash does
        sender.Close();
        await app.StopAsync();

        ShouldHoldNoError(app);
        app.Recorder.Seen.ShouldBeEmpty();
    }

    public static TheoryData<Exception, bool> Failures() => new()
    {
        { new IOException("reset"), true },
        { new IOException("reset"), false },
        { new OperationCanceledException(), true },
        { new OperationCanceledException(), false },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Post_WhoseSenderGoesAway_NeitherThrowsNorCountsAsDelivered(Exception failure, bool signalled)
    {
        await using var app = await BotApp.StartAsync();

        (await ReceiveAsync(app, failure, signalled)).ShouldBe(StatusCodes.Status400BadRequest);

        ShouldHoldNoError(app);
    }

    private static async Task<int> ReceiveAsync(BotApp app, Exception failure, bool aborted = false)
    {
        var context = new DefaultHttpContext { RequestAborted = new(aborted) };
        context.Request.Body = new FailingBody(failure);
        context.Request.Headers[SignatureVerifier.HeaderName] = "sha256=";
        await app.Services.GetRequiredService<WebhookEndpoint>().ReceiveAsync(context);
        return context.Response.StatusCode;
    }

    private static async Task<TcpClient> ConnectAsync(BotApp app, string header, string body)
    {
        var address = app.Client.BaseAddress!;
        var sender = new TcpClient();
        await sender.ConnectAsync(IPAddress.Loopback, address.Port, Ct);
        await sender.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /webhook/whatsapp HTTP/1.1\r\nHost: {address.Authority}\r\nX-Hub-Signature-256: sha256=\r\n" +
                $"{header}\r\n\r\n{body}"), Ct);
        return sender;
    }

    private static void ShouldHoldNoError(BotApp app) => app.Logs.All.ShouldNotContain(line =>
        line.StartsWith("Error:", StringComparison.Ordinal) || line.StartsWith("Critical:", StringComparison.Ordinal));

    private sealed class FailingBody(Exception failure) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(failure);
    }
}
