using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Emulator;

namespace Wappa.Emulator.Tests;

/// <summary>The smallest bot there is, on a free port, with the emulator switched on in code.</summary>
internal sealed class EchoBot : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoBot(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    internal HttpClient Http { get; }

    internal EmulatorIdentity Identity => _app.Services.GetRequiredService<EmulatorIdentity>();

    internal Conversation Conversation => _app.Services.GetRequiredService<Conversation>();

    internal static async Task<EchoBot> StartAsync(params string[] args)
    {
        var app = new WappaBuilder(["--urls", "http://127.0.0.1:0", "--environment", "Development",
                "--Logging:LogLevel:Default", "None",
                "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "", .. args])
            .WithHandler<EchoHandler>()
            .WithEmulator()
            .Build();
        await app.StartAsync();
        return new EchoBot(app);
    }

    /// <summary>The next line the bot says after <paramref name="act"/>.</summary>
    internal async Task<ConversationLine> AnswerToAsync(Func<Task> act)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var lines = Conversation.ListenAsync(patience.Token).GetAsyncEnumerator();
        await act();
        while (await lines.MoveNextAsync())
        {
            if (lines.Current.From == Conversation.Bot) return lines.Current;
        }

        throw new InvalidOperationException("The bot said nothing.");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class EchoHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await Messenger.SendTextAsync($"{webhook.User.Name}: {webhook.GetMessageText()}", webhook.User.UserId, ct);
    }
}
