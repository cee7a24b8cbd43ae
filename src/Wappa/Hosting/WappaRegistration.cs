using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Graph;
using Wappa.Inbox;
using Wappa.Outbox;
using Wappa.Telemetry;
using Wappa.Timers;
using Wappa.Turns;
using Wappa.Turns.Routing;
using Wappa.UserData;
using Wappa.Webhooks;

namespace Wappa.Hosting;

/// <summary>The one place where services are registered, for <see cref="WappaBuilder"/> and
/// <see cref="WappaServicesBuilder"/> alike.</summary>
internal static class WappaRegistration
{
    internal static void AddCore(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(WebhookInbox))) return;
        services.AddWappaCaching();
        services.TryAddSingleton(TimeProvider.System);
        AddOptions(services);
        services.AddSingleton<GraphClient>();
        services.AddSingleton<IMessenger>(
            provider => new GraphMessenger(provider.GetRequiredService<GraphClient>(), null));
        services.AddSingleton<IMediaClient, GraphMediaClient>();
        services.AddMetrics();
        services.AddSingleton<TurnMeter>();
        services.AddSingleton<PipelineIdle>();
        services.AddSingleton<TurnWatch>();
        services.AddSingleton<TurnServices>();
        services.AddSingleton<TurnRunner>();
        services.AddSingleton<PipelineServices>();
        services.AddSingleton<WebhookInbox>();
        services.AddSingleton<IDeadLetters, InboxDeadLetters>();
        services.AddSingleton<IHeldMessages, HeldDesk>();
        services.AddSingleton<IUserData, InboxUserData>();
        services.AddSingleton<TenantDirectory>();
        services.AddSingleton(provider => new UserAliases(
            provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<WebhookIntake>();
        services.AddSingleton<SignatureVerifier>();
        services.AddSingleton<WebhookEndpoint>();
        services.AddHostedService<InboxLifetime>();
        services.AddHostedService<HeldWatch>();
        services.AddHostedService<TimerClock>();
        services.AddHealthChecks()
            .AddCheck<CacheHealthCheck>(CacheHealthCheck.Name, HealthStatus.Degraded, [HealthEndpoints.ReadyTag])
            .AddCheck<InboxHealthCheck>(InboxHealthCheck.Name, HealthStatus.Degraded, [HealthEndpoints.ReadyTag]);
    }

    internal static void SetWhatsApp(IServiceCollection services, string? token, string? phoneId, string? businessId) =>
        services.Configure<WhatsAppOptions>(options =>
        {
            options.AccessToken = token ?? options.AccessToken;
            options.PhoneNumberId = phoneId ?? options.PhoneNumberId;
            options.BusinessAccountId = businessId ?? options.BusinessAccountId;
        });

    internal static void SetHandler<THandler>(IServiceCollection services)
        where THandler : WappaEventHandler
    {
        HandlerRoutes.Of(typeof(THandler)); // a method that cannot be called is told now, not with the first message
        services.RemoveAll<WappaEventHandler>().AddScoped<WappaEventHandler, THandler>();
    }

    internal static void SetTenant(IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.Configure<WappaOptions>(options => options.Tenant = name);
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddCheckedOptions<WhatsAppOptions>((options, provider) =>
            options.ThrowIfInvalid(provider.GetRequiredService<IHostEnvironment>().IsDevelopment()));
        services.AddCheckedOptions<WappaOptions>((options, _) => options.ThrowIfInvalid());
        services.AddSingleton<IConfigureOptions<WhatsAppOptions>, WhatsAppOptionsFromConfiguration>();
        services.AddSingleton<IConfigureOptions<WappaOptions>, WappaOptionsFromConfiguration>();
    }
}
