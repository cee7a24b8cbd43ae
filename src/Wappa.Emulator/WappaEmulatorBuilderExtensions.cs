using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Emulator;

namespace Wappa;

/// <summary>Switching the emulator on.</summary>
public static class WappaEmulatorBuilderExtensions
{
    /// <summary>In Development and without a WhatsApp access token: serves <c>/emulator</c>, a page to talk to the bot, and a
    /// stand-in for the Graph route the bot answers through; both on loopback only. Otherwise does nothing, so it may stay in
    /// the code that goes to production.</summary>
    /// <param name="builder">The bot's builder.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder WithEmulator<TBuilder>(this TBuilder builder)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton<EmulatorIdentity>();
        services.AddSingleton<IPostConfigureOptions<WhatsAppOptions>>(provider => provider.GetRequiredService<EmulatorIdentity>());
        services.AddSingleton<Conversation>();
        services.AddSingleton<GraphStandIn>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<EmulatorStartup>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EmulatorStartup>());
        services.AddWappaEndpoints(endpoints =>
        {
            var provider = endpoints.ServiceProvider;
            _ = provider.GetRequiredService<IOptions<WhatsAppOptions>>().Value; // reading the options decides
            if (provider.GetRequiredService<EmulatorIdentity>().IsOn) EmulatorEndpoints.Map(endpoints);
        });
        return builder;
    }
}
