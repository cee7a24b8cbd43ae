using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Wappa.Inbox;
using Wappa.Telemetry;
using Wappa.Testing;

namespace Wappa.Guide.Tests.Bots;

/// <summary>A user talking to a bot that runs for real: signed webhooks in over HTTP, messages out to a Graph API of
/// the test's own.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly GraphApi _graph;
    private readonly UserPhone _phone;

    private Conversation(WebApplication app, GraphApi graph, ManualTimeProvider clock)
    {
        (_app, _graph, Clock) = (app, graph, clock);
        _phone = new UserPhone(app.Urls.Single(), clock);
    }

    /// <summary>What the user's turns see.</summary>
    internal UserCaches Caches => CachesOf(UserPhone.UserId);

    /// <summary>The bot's clock. Stands at 2025-01-15T10:30:00Z until a test moves it.</summary>
    internal ManualTimeProvider Clock { get; }

    internal static async Task<Conversation> StartAsync<THandler>(Action<WappaServicesBuilder>? configure = null)
        where THandler : WappaEventHandler
    {
        var clock = new ManualTimeProvider();
        var graph = await GraphApi.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(new WarningsToTestOutput());
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<TurnsDone>().AddScoped<TurnEnd>();
        builder.Services.Configure<WhatsAppOptions>(options =>
        {
            options.ApiUrl = graph.Url;
            options.WebhookSecret = UserPhone.Secret;
            options.WebhookVerifyToken = "verify";
        });
        builder.Services.AddWappa(bot =>
        {
            bot.WithWhatsApp("token", UserPhone.PhoneNumberId, "business").WithTenant("hotel123");
            configure?.Invoke(bot);
        });

        // A turn's scope ends when its handler has returned; TurnEnd tells.
        builder.Services.RemoveAll<WappaEventHandler>().AddScoped<WappaEventHandler>(turn =>
        {
            turn.GetRequiredService<TurnEnd>();
            return ActivatorUtilities.CreateInstance<THandler>(turn);
        });
        var app = builder.Build();
        app.MapWappa();
        await app.StartAsync();
        return new(app, graph, clock);
    }

    /// <summary>Sends a text and waits until its turn has ended.</summary>
    /// <returns>What the bot answered.</returns>
    internal Task<string[]> SayAsync(string text) => AnswersToAsync(_phone.TypeAsync(text));

    /// <summary>Presses a button and waits until its turn has ended.</summary>
    /// <returns>What the bot answered.</returns>
    internal Task<string[]> PressAsync(string id, string title) => AnswersToAsync(_phone.PressAsync(id, title));

    /// <summary>Sends a message of any type and waits until its turn has ended.</summary>
    /// <returns>What the bot answered.</returns>
    internal Task<string[]> SendAsync(string type, object content) => AnswersToAsync(_phone.SendAsync(type, content));

    /// <summary>Reports a status and waits until its turn has ended.</summary>
    /// <returns>What the bot answered.</returns>
    internal Task<string[]> ReportAsync(string messageId, string status) =>
        AnswersToAsync(_phone.ReportAsync(messageId, status));

    /// <summary>Lets time pass and waits until everything it has set off has ended.</summary>
    /// <returns>What the bot said of its own accord.</returns>
    internal async Task<string[]> PassAsync(TimeSpan time)
    {
        var idle = _app.Services.GetRequiredService<PipelineIdle>();
        using var deadline = new CancellationTokenSource(Patience);
        await idle.WaitAsync(deadline.Token);
        Clock.Advance(time);
        await idle.WaitAsync(deadline.Token);
        _app.Services.GetRequiredService<TurnsDone>().Clear();
        return _graph.TakeTexts();
    }

    /// <summary>A service of the bot.</summary>
    internal T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>The caches of another user.</summary>
    internal UserCaches CachesOf(string user) => _app.Services.GetRequiredService<ICacheFactory>().ForUser("hotel123", user);

    private async Task<string[]> AnswersToAsync(Task delivered)
    {
        await delivered;
        await _app.Services.GetRequiredService<TurnsDone>().WaitAsync(Patience);

        // What the turn sends leaves after its commit, and its lane goes when that is done.
        using var deadline = new CancellationTokenSource(Patience);
        while (_app.Services.GetRequiredService<WebhookInbox>().ActiveLanes > 0) await Task.Delay(1, deadline.Token);
        return _graph.TakeTexts();
    }

    public async ValueTask DisposeAsync()
    {
        _phone.Dispose();
        await _app.DisposeAsync();
        await _graph.DisposeAsync();
    }
}
