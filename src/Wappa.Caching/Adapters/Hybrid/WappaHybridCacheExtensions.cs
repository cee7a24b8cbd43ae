using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Caching.Adapters.Hybrid;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the app's store of entries as <see cref="HybridCache"/>.</summary>
public static class WappaHybridCacheExtensions
{
    /// <summary>Makes the app's store of entries its <see cref="HybridCache"/>, in place of any other. Serializers that are registered for
    /// it (<see cref="IHybridCacheSerializer{T}"/>, <see cref="IHybridCacheSerializerFactory"/>) are used.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Default: the namespace <c>hybrid</c>, a time to live of 5 minutes.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappaHybridCache(
        this IServiceCollection services, Action<WappaHybridCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWappaCaching();
        services.AddCheckedOptions<WappaHybridCacheOptions>((options, _) => options.ThrowIfInvalid());
        if (configure is not null) services.Configure(configure);
        return services.RemoveAll<HybridCache>().AddSingleton<HybridCache>(provider =>
            New(provider, provider.GetRequiredService<IOptions<WappaHybridCacheOptions>>().Value));
    }

    /// <summary>Adds one more, to be asked for by a key: <c>[FromKeyedServices("orders")] HybridCache</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key it is asked for by.</param>
    /// <param name="ns">Its namespace, 1 to 256 characters; two that have the same one share their entries.</param>
    /// <param name="policy">How entries live and are loaded. Default: a time to live of 5 minutes.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The namespace is no valid name, or the policy cannot be.</exception>
    public static IServiceCollection AddKeyedWappaHybridCache(
        this IServiceCollection services, object serviceKey, string ns, CacheEntryPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(serviceKey);
        var options = new WappaHybridCacheOptions { Namespace = ns };
        options.Policy = policy ?? options.Policy;
        options.ThrowIfInvalid();
        services.AddWappaCaching();
        return services.RemoveAllKeyed<HybridCache>(serviceKey)
            .AddKeyedSingleton<HybridCache>(serviceKey, (provider, _) => New(provider, options));
    }

    private static HybridCacheAdapter New(IServiceProvider provider, WappaHybridCacheOptions options) =>
        new(provider.GetRequiredService<CacheStrategyContext>(), new HybridFormats(provider), options);
}
