using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Caching.Hosting;
using Wappa.Emulator;
using Wappa.Telemetry;

namespace Wappa;

/// <summary>Switching the emulator on.</summary>
public static class WappaEmulatorBuilderExtensions
{
    /// <summary>In Development and without a WhatsApp access token: serves <c>/emulator</c>, a WhatsApp to talk to the bot
    /// with, and the Graph API the bot answers through; both on loopback only. The app's clock can then be put forward, and
    /// its stores be made to fail, from the page. Otherwise does nothing, so it may stay in the code that goes to
    /// production.</summary>
    /// <param name="builder">The bot's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder WithEmulator<TBuilder>(this TBuilder builder)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(EmulatorIdentity))) return builder;
        services.AddSingleton<EmulatorIdentity>();
        services.AddSingleton<IPostConfigureOptions<WhatsAppOptions>>(provider => provider.GetRequiredService<EmulatorIdentity>());
        services.AddSingleton<EmulatorStartup>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EmulatorStartup>());
        services.AddSingleton(EmbeddedWhatsApp.Create);
        services.AddSingleton<IStoreInterceptor, StoreOutage>();
        WatchTurns(services);
        services.AddSingleton(provider => new MemoryHistory(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RecordTraffic>();
        services.AddSingleton<ITurnObserver, MemoryObserver>();
        ShiftClock(services);
        services.AddWappaEndpoints(endpoints =>
        {
            var provider = endpoints.ServiceProvider;
            if (IsOn(provider))
                EmulatorEndpoints.Map(endpoints, provider.GetRequiredService<LocalWhatsApp>());
        });
        return builder;
    }

    private static void WatchTurns(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var local = provider.GetRequiredService<LocalWhatsApp>();
            var timeline = new TurnTimeline(local, () => IsOn(provider));
            local.Forgotten += timeline.Clear;
            return timeline;
        });
        services.AddSingleton<ITurnObserver>(provider => provider.GetRequiredService<TurnTimeline>());
        services.AddSingleton<ILoggerProvider, TurnLogProvider>();
        services.Configure<LoggerFilterOptions>(filter => filter.AddFilter<TurnLogProvider>(null, LogLevel.Debug));
        services.AddSingleton(provider => new TestRecorder(
            provider.GetRequiredService<LocalWhatsApp>(), provider.GetRequiredService<TurnTimeline>(), HandlerOf(services)));
    }

    private static bool IsOn(IServiceProvider provider)
    {
        _ = provider.GetRequiredService<IOptions<WhatsAppOptions>>().Value; // reading the options decides
        return provider.GetRequiredService<EmulatorIdentity>().IsOn;
    }

    private static Type? HandlerOf(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(WappaEventHandler))?.ImplementationType;

    // The app's own clock stays the app's: only the system's, which is registered for it, is replaced.
    private static void ShiftClock(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        var clock = services.Last(service => service.ServiceType == typeof(TimeProvider));
        if (!ReferenceEquals(clock.ImplementationInstance, TimeProvider.System)) return;
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(provider =>
            provider.GetRequiredService<IHostEnvironment>().IsDevelopment()
                ? new ShiftedTimeProvider(TimeProvider.System)
                : TimeProvider.System));
    }
}
