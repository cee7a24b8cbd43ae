using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Emulator;

namespace Wappa.Emulator.Tests;

/// <summary>The smallest bot there is, on a free port, with the emulator switched on in code. It repeats texts and remembers
/// everything it is told.</summary>
internal sealed partial class EchoBot : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;

    private EchoBot(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    internal HttpClient Http { get; }

    internal IServiceProvider Services => _app.Services;

    internal LocalWhatsApp Local => Services.GetRequiredService<LocalWhatsApp>();

    internal BusinessNumber Number => Local.World.Numbers[0];

    internal Customer Sarah => Local.World.Customers[0];

    internal Heard Heard => Services.GetRequiredService<Heard>();

    internal string Chat => $"/emulator/api/conversations/{Number.Id}/{Sarah.Id}";

    internal static Task<EchoBot> StartAsync(params string[] args) => StartAsync(_ => { }, args);

    internal static async Task<EchoBot> StartAsync(Action<WappaBuilder> configure, params string[] args)
    {
        var builder = new WappaBuilder(["--urls", "http://127.0.0.1:0", "--environment", "Development",
            "--Logging:LogLevel:Default", "None",
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "", .. args]);
        builder.Services.AddSingleton<Heard>();
        configure(builder);
        var app = builder.WithHandler<EchoHandler>().WithEmulator().Build();
        await app.StartAsync();
        return new EchoBot(app);
    }

    /// <summary>Sends a message as Sarah and waits until the app was asked to take it.</summary>
    internal async Task<JsonElement> SendAsync(object message)
    {
        using var answer = await Http.PostAsJsonAsync(Chat + "/messages?wait=true", message);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted, text);
        return JsonElement.Parse(text);
    }

    internal async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Waits until a condition holds, looking at each event.</summary>
    internal async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var _ in Local.Events.ListenAsync(0, patience.Token))
        {
            if (holds()) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed partial class EchoHandler(Heard heard, IOptions<WhatsAppOptions> options) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            await heard.Messages.Writer.WriteAsync(webhook, ct);
            if (webhook.GetMessageText() is "throw")
            {
                LogBeforeThrowing(Logger);
                throw new InvalidOperationException("as asked");
            }

            if (webhook.GetMessageText() is "token") LogToken(Logger, options.Value.AccessToken!);
            if (webhook.Message is TextMessage)
                await Messenger.SendTextAsync($"{webhook.User.Name}: {webhook.GetMessageText()}", webhook.User.UserId, ct);
        }

        public override async Task HandleStatusAsync(StatusWebhook webhook, CancellationToken ct) =>
            await heard.Statuses.Writer.WriteAsync(webhook, ct);

        [LoggerMessage(1, LogLevel.Debug, "about to throw")]
        private static partial void LogBeforeThrowing(ILogger logger);

        [LoggerMessage(2, LogLevel.Debug, "the token is {Token}")]
        private static partial void LogToken(ILogger logger, string token);
    }
}

/// <summary>What the bot was told.</summary>
internal sealed class Heard
{
    internal Channel<MessageWebhook> Messages { get; } = Channel.CreateUnbounded<MessageWebhook>();

    internal Channel<StatusWebhook> Statuses { get; } = Channel.CreateUnbounded<StatusWebhook>();

    internal Task<MessageWebhook> NextMessageAsync() => Messages.Reader.ReadAsync().AsTask().WaitAsync(EchoBot.Patience);

    internal Task<StatusWebhook> NextStatusAsync() => Statuses.Reader.ReadAsync().AsTask().WaitAsync(EchoBot.Patience);
}
