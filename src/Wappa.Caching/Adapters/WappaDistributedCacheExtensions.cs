using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Caching.Adapters;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the app's store of entries as <see cref="IDistributedCache"/>.</summary>
public static class WappaDistributedCacheExtensions
{
    /// <summary>Makes the app's store of entries its <see cref="IDistributedCache"/>, in place of any other: for sessions, antiforgery,
    /// token caches and whatever else asks for one. It is an <see cref="IBufferDistributedCache"/> too.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Default: the namespace <c>distributed</c>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappaDistributedCache(
        this IServiceCollection services, Action<WappaDistributedCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWappaCaching();
        services.AddCheckedOptions<WappaDistributedCacheOptions>((options, _) => options.ThrowIfInvalid());
        if (configure is not null) services.Configure(configure);
        return services.RemoveAll<IDistributedCache>().AddSingleton<IDistributedCache>(provider =>
            New(provider, provider.GetRequiredService<IOptions<WappaDistributedCacheOptions>>().Value));
    }

    /// <summary>Adds one more, to be asked for by a key: <c>[FromKeyedServices("orders")] IDistributedCache</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="serviceKey">The key it is asked for by.</param>
    /// <param name="ns">Its namespace, 1 to 256 characters; two that have the same one share their entries.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The namespace is no valid name.</exception>
    public static IServiceCollection AddKeyedWappaDistributedCache(this IServiceCollection services, object serviceKey, string ns)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(serviceKey);
        CacheName.ThrowIfInvalid(ns, nameof(ns));
        services.AddWappaCaching();
        return services.RemoveAllKeyed<IDistributedCache>(serviceKey)
            .AddKeyedSingleton<IDistributedCache>(serviceKey, (provider, _) => New(provider, new() { Namespace = ns }));
    }

    private static DistributedCacheAdapter New(IServiceProvider provider, WappaDistributedCacheOptions options) =>
        new(provider.GetRequiredService<ICacheStore>(), provider.GetRequiredService<TimeProvider>(), options);
}
