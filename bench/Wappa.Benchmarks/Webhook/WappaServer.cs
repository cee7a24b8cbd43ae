using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Benchmarks.Webhook;

/// <summary>The bot with a handler that does nothing.</summary>
internal static class WappaServer
{
    public static void Add(WebApplicationBuilder builder, MessageCount count)
    {
        builder.Configuration["WHATSAPP_ACCESS_TOKEN"] = "unused";
        builder.Configuration["WHATSAPP_PHONE_NUMBER_ID"] = "770100200300402";
        builder.Configuration["WHATSAPP_WEBHOOK_SECRET"] = WebhookRequests.Secret;
        builder.Configuration["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = "unused";
        builder.Services.AddSingleton(count);
        builder.Services.AddWappa(wappa => wappa.WithMemoryCache().WithHandler<EmptyHandler>());
    }

    public static void Map(WebApplication app) => app.MapWappa();

    private sealed class EmptyHandler(MessageCount count) : WappaEventHandler
    {
        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            count.Add(1);
            return Task.CompletedTask;
        }
    }
}
