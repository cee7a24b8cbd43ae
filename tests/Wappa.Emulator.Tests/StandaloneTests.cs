using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wappa.Emulator.Tests;

/// <summary>Run by itself, for clients that know nothing of .NET: spoken to in plain HTTP over sockets.</summary>
public class StandaloneTests
{
    [Fact]
    public async Task Program_WithAWebhook_PlaysAWholeConversation()
    {
        await using var app = await ForeignApp.StartAsync();
        using var process = Start("--port", "0", "--webhook", app.Webhook, "--secret", "S3CRET-S3CRET", "--token", "TOKEN-TOKEN");
        try
        {
            var port = await PortAsync(process);
            const string chat = "/emulator/api/conversations/100000000000002/c1/messages";
            (await SpeakAsync(port, "POST", chat, """{"type":"text","text":{"body":"hi"}}""")).ShouldStartWith("HTTP/1.1 202");
            var (body, signature) = await app.NextAsync();
            signature.ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("S3CRET-S3CRET"u8, body)));
            var message = JsonElement.Parse(body).GetProperty("entry")[0].GetProperty("changes")[0].GetProperty("value").GetProperty("messages")[0];
            message.GetProperty("text").GetProperty("body").GetString().ShouldBe("hi");

            var answer = await SpeakAsync(port, "POST", "/v25.0/100000000000002/messages",
                $$$"""{"messaging_product":"whatsapp","to":"{{{message.GetProperty("from").GetString()}}}","text":{"body":"hello"}}""",
                "Authorization: Bearer TOKEN-TOKEN");
            answer.ShouldStartWith("HTTP/1.1 200");
            answer.ShouldContain("wamid.");
            Encoding.UTF8.GetString((await app.NextAsync()).Body).ShouldContain("\"status\":\"sent\"");
            Encoding.UTF8.GetString((await app.NextAsync()).Body).ShouldContain("\"status\":\"delivered\"");

            (await SpeakAsync(port, "GET", "/v25.0/100000000000002", null, "Authorization: Bearer wrong")).ShouldStartWith("HTTP/1.1 401");
            (await SpeakAsync(port, "GET", "/emulator", null, "Origin: http://evil.example")).ShouldStartWith("HTTP/1.1 404");
            (await SpeakAsync(port, "GET", "/emulator", null)).ShouldStartWith("HTTP/1.1 200");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("--webhook URL", "--port", "1")]
    [InlineData("http or https", "--webhook", "ftp://x")]
    [InlineData("--port must be", "--webhook", "http://x", "--port", "99999")]
    [InlineData("no option", "--webhook", "http://x", "--prot", "1")]
    [InlineData("needs a value", "--webhook")]
    [InlineData("given twice", "--webhook", "http://x", "--webhook=http://y")]
    [InlineData("letters and digits", "--webhook", "http://x", "--phone-number-id", "a/b")]
    public void CommandLine_ThatCannotBe_SaysWhy(string reason, params string[] args) =>
        Should.Throw<FormatException>(() => StandaloneOptions.Parse(args)).Message.ShouldContain(reason);

    private static Process Start(params string[] args) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Wappa.Emulator.dll"), .. args])
        {
            RedirectStandardOutput = true,
        })!;

    private static async Task<int> PortAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(EchoBot.Patience) is { } line)
        {
            if (!line.Contains("/emulator", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync(); // a full pipe would stop it
            return new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]).Port;
        }

        throw new InvalidOperationException("It ended.");
    }

    private static async Task<string> SpeakAsync(int port, string method, string path, string? body, params string[] headers)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = socket.GetStream();
        var content = Encoding.UTF8.GetBytes(body ?? "");
        var head = string.Join("\r\n", [
            $"{method} {path} HTTP/1.1", $"Host: 127.0.0.1:{port}", "Connection: close", "Content-Type: application/json",
            $"Content-Length: {content.Length}", .. headers, "", ""]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(content);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(EchoBot.Patience);
    }

    private sealed class ForeignApp : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly Channel<(byte[] Body, string Signature)> _posts = Channel.CreateUnbounded<(byte[], string)>();

        private ForeignApp(WebApplication app)
        {
            _app = app;
            app.MapPost("/hook", async (HttpRequest request) =>
            {
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                await _posts.Writer.WriteAsync((body.ToArray(), request.Headers["X-Hub-Signature-256"].ToString()));
            });
        }

        internal string Webhook => _app.Urls.First() + "/hook";

        internal static async Task<ForeignApp> StartAsync()
        {
            var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
            builder.Logging.ClearProviders();
            var app = new ForeignApp(builder.Build());
            await app._app.StartAsync();
            return app;
        }

        internal Task<(byte[] Body, string Signature)> NextAsync() => _posts.Reader.ReadAsync().AsTask().WaitAsync(EchoBot.Patience);

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
