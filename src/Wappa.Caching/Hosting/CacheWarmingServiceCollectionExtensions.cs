using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa.Caching;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the app's dictionaries and what is in its caches from the start.</summary>
public static class CacheWarmingServiceCollectionExtensions
{
    /// <summary>Adds a cache, one for the whole app, and makes <see cref="AppCaches"/> know it.</summary>
    /// <typeparam name="TCache">One of the ready-made (<see cref="GroupCache{T}"/>, …) or a class derived from
    /// <see cref="ExpiringCache{TKey, T}"/> or <see cref="DiskCache{T}"/>.</typeparam>
    /// <param name="services">The app's services.</param>
    /// <param name="make">Makes it; omitted: the container calls its constructor.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddKeyedCache<TCache>(
        this IServiceCollection services, Func<IServiceProvider, TCache>? make = null)
        where TCache : class, IClearableCache
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<AppCaches>();
        if (services.Any(service => service.ServiceType == typeof(TCache))) return services;
        if (make is null) services.AddSingleton<TCache>();
        else services.AddSingleton(make);
        return services.AddSingleton<IClearableCache>(provider => provider.GetRequiredService<TCache>());
    }

    /// <summary>Fills caches when the app starts; see <see cref="CacheWarmingOptions"/>. Several calls add up.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Says what to warm.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddCacheWarming(this IServiceCollection services, Action<CacheWarmingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddCheckedOptions<CacheWarmingOptions>((options, _) => options.ThrowIfInvalid());
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        if (services.Any(service => service.ServiceType == typeof(CacheWarming))) return services;
        services.AddSingleton<CacheWarming>();
        return services.AddHostedService(provider => provider.GetRequiredService<CacheWarming>());
    }
}
