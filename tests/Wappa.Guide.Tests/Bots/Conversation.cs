using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
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
    internal UserCaches Caches =>
        _app.Services.GetRequiredService<ICacheFactory>().ForUser("hotel123", UserPhone.UserId);

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
    internal async Task<string[]> SayAsync(string text)
    {
        await _phone.TypeAsync(text);
        await _app.Services.GetRequiredService<TurnsDone>().WaitAsync(Patience);
        return _graph.TakeTexts();
    }

    public async ValueTask DisposeAsync()
    {
        _phone.Dispose();
        await _app.DisposeAsync();
        await _graph.DisposeAsync();
    }
}
