using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wappa.Benchmarks.Webhook;

namespace Wappa.Benchmarks.Turns;

/// <summary>Run in a process of its own: a bot that increments one field and sends one text in each turn.</summary>
internal static class TurnServer
{
    public const string Command = "turn-server";
    public const string Memory = "memory";
    public const string Json = "json";

    public static async Task RunAsync(string backend, string stub)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["WHATSAPP_API_URL"] = stub;
        builder.Configuration["WHATSAPP_ACCESS_TOKEN"] = "unused";
        builder.Configuration["WHATSAPP_PHONE_NUMBER_ID"] = "770100200300402";
        builder.Configuration["WHATSAPP_WEBHOOK_SECRET"] = WebhookRequests.Secret;
        builder.Configuration["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = "unused";
        // What is measured is the bot, not what WhatsApp allows it.
        builder.Configuration["Wappa:WhatsApp:MessagesPerSecond"] = "0";
        builder.Configuration["Wappa:WhatsApp:PairInterval"] = "00:00:00";
        var folder = Directory.CreateTempSubdirectory("wappa-turns-").FullName;
        builder.Services.AddWappa(wappa =>
        {
            if (backend == Json) wappa.WithJsonCache(json => json.Path = folder);
            else wappa.WithMemoryCache();
            wappa.WithHandler<CountingHandler>();
        });
        try
        {
            await using var app = builder.Build();
            app.MapWappa();
            await app.StartAsync();
            var features = app.Services.GetRequiredService<IServer>().Features;
            Console.WriteLine(new Uri(features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port);
            await Console.In.ReadLineAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class CountingHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            await UserCache.IncrementFieldAsync("stats", "message_count", cancellationToken: ct);
            await Messenger.SendTextAsync("One large pizza, coming up!", webhook.User.UserId, ct);
        }
    }
}
