using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Wappa.Tests;

/// <summary>A bot on a free port of this machine, in Production unless told otherwise, and a client that
/// signs.</summary>
internal sealed class BotApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private BotApp(WebApplication app, Recorder recorder, LogLines logs)
    {
        _app = app;
        Recorder = recorder;
        Logs = logs;
        _client = new() { BaseAddress = new(app.Urls.Single()) };
    }

    internal Recorder Recorder { get; }

    internal LogLines Logs { get; }

    internal IServiceProvider Services => _app.Services;

    internal HttpClient Client => _client;

    internal static Task<BotApp> StartAsync(Action<WappaBuilder>? configure = null, params string[] args) =>
        StartAsync<RecordingHandler>(configure, args);

    internal static async Task<BotApp> StartAsync<THandler>(Action<WappaBuilder>? configure = null, params string[] args)
        where THandler : WappaEventHandler
    {
        var recorder = new Recorder();
        var logs = new LogLines();
        var app = NewBuilder<THandler>(recorder, logs, configure, args).Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, recorder, logs);
    }

    internal static WappaBuilder NewBuilder<THandler>(
        Recorder recorder, LogLines logs, Action<WappaBuilder>? configure = null, params string[] args)
        where THandler : WappaEventHandler
    {
        string[] given = args.Contains("--environment") ? args : [.. args, "--environment", "Production"];
        var builder = new WappaBuilder([.. given, "--urls", "http://127.0.0.1:0"]);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["WHATSAPP_ACCESS_TOKEN"] = "test-token",
            ["WHATSAPP_PHONE_NUMBER_ID"] = Payloads.PhoneNumberId,
            ["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = Payloads.VerifyToken,
            ["WHATSAPP_WEBHOOK_SECRET"] = Payloads.Secret,
        });
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(recorder);
        builder.WithMemoryCache().WithHandler<THandler>();
        builder.Services.Configure<WappaOptions>(options =>
        {
            options.Inbox.MaxAttempts = 2;
            options.Inbox.RetryDelay = TimeSpan.FromMilliseconds(1);
        });
        configure?.Invoke(builder);
        return builder;
    }

    internal static string Sign(ReadOnlySpan<byte> body, string secret = Payloads.Secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    internal Task<HttpStatusCode> PostAsync(string body) => PostAsync(Encoding.UTF8.GetBytes(body));

    internal Task<HttpStatusCode> PostAsync(byte[] body) => PostAsync(body, Sign(body));

    internal async Task<HttpStatusCode> PostAsync(byte[] body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/whatsapp") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (signature is not null) request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>Lets everything accepted finish; afterwards nothing more can be seen.</summary>
    internal Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
