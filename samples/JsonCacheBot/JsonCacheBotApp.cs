using JsonCacheBot.Scores;
using JsonCacheBot.Statistics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa;
using Wappa.Caching;

namespace JsonCacheBot;

/// <summary>The app, so that tests start the very same one.</summary>
public static class JsonCacheBotApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = new WappaBuilder(args);
        UseShortNames(builder.Configuration);
        builder
            .WithWhatsApp()                // WHATSAPP_ACCESS_TOKEN and its kin
            .WithConfiguredCache("json")   // files under cache_data/; --cache memory, --cache-path DIR
            .WithHandler<MasterEventHandler>()
            .WithEmulator();               // in Development, while there is no access token
        AddScores(builder.Services);
        CountCalls(builder.Services);
        return builder.Build();
    }

    // cache_data/user_cache/user_profile_15550100001.json instead of cache/users/demo_15550100001.json. These names leave the
    // tenant out, so only one tenant, the app's own, can have them.
    private static void UseShortNames(ConfigurationManager settings)
    {
        settings["Wappa:Tenant"] ??= "demo";
        settings["Wappa:Cache:Layout"] ??= nameof(JsonLayout.CacheData);
        settings["Wappa:Cache:OwnTenant"] ??= settings["Wappa:Tenant"];
    }

    // Their order is the order they run in.
    private static void AddScores(IServiceCollection services)
    {
        services.AddScoped<IScore, UserManagementScore>();
        services.AddScoped<IScore, MessageHistoryScore>();
        services.AddScoped<IScore, StateCommandsScore>();
        services.AddScoped<IScore, CacheStatisticsScore>();
    }

    // Whatever store the configuration has chosen, with a counter in front of it.
    private static void CountCalls(IServiceCollection services)
    {
        var chosen = services.Single(service => service.ServiceType == typeof(IDocumentStore)).ImplementationFactory!;
        services.AddSingleton<CallCounts>();
        services.Replace(ServiceDescriptor.Singleton<IDocumentStore>(provider =>
            new CountingStore((IDocumentStore)chosen(provider), provider.GetRequiredService<CallCounts>())));
    }
}
