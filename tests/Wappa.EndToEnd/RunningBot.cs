using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PizzaBot;
using Wappa.Caching;

namespace Wappa.EndToEnd;

/// <summary>The pizza bot on a free port with a folder of its own, and a user who talks to it through the emulator.</summary>
internal sealed class RunningBot : IAsyncDisposable
{
    internal const string Phone = EmulatorChat.Phone;

    private readonly WebApplication _app;
    private readonly EmulatorChat _chat;

    private RunningBot(WebApplication app, TemporaryFolder folder)
    {
        (_app, Folder) = (app, folder);
        _chat = new(app.Urls.First());
    }

    internal TemporaryFolder Folder { get; }

    internal HttpClient Http => _chat.Http;

    internal ICacheFactory Caches => _app.Services.GetRequiredService<ICacheFactory>();

    internal UserCaches User => Caches.ForUser("pizzeria", Phone);

    internal static async Task<RunningBot> StartAsync(params string[] args)
    {
        var folder = new TemporaryFolder();
        var app = PizzaBotApp.Build(["--urls", "http://127.0.0.1:0", "--environment", "Development", "--tenant", "pizzeria",
            "--cache-path", folder.Path,
            // A developer's shell may hold a real account: no test may ever speak in its name.
            "--WHATSAPP_ACCESS_TOKEN", "", "--WP_ACCESS_TOKEN", "", "--WHATSAPP_WEBHOOK_SECRET", "",
            "--Logging:LogLevel:Default", "None", .. args]);
        await app.StartAsync();
        return new RunningBot(app, folder);
    }

    /// <inheritdoc cref="EmulatorChat.SayAsync"/>
    internal Task<string> SayAsync(string text, string phone = Phone) => _chat.SayAsync(text, phone);

    /// <inheritdoc cref="EmulatorChat.NextAnswerAsync"/>
    internal Task<string> NextAnswerAsync(string phone = Phone) => _chat.NextAnswerAsync(phone);

    public async ValueTask DisposeAsync()
    {
        await _chat.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Folder.Dispose();
    }
}
