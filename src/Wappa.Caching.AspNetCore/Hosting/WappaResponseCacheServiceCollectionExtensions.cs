using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa.Caching;
using Wappa.Caching.AspNetCore.Invalidation;
using Wappa.Caching.AspNetCore.Serving;
using Wappa.Caching.AspNetCore.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the cache of HTTP responses.</summary>
public static class WappaResponseCacheServiceCollectionExtensions
{
    /// <summary>Adds what <c>.Cache(…)</c> and <c>[Cache]</c> work with, <see cref="IResponseCache"/>, and the invalidation by writes.
    /// Responses are kept in the app's store of entries: memory, unless <c>AddWappaCaching</c> chose another, before or
    /// after.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappaResponseCache(
        this IServiceCollection services, Action<ResponseCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWappaCaching();
        services.AddCheckedOptions<ResponseCacheOptions>((options, _) => options.ThrowIfInvalid());
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton<AppPipeline>();
        services.TryAddSingleton<EndpointLoads>();
        services.TryAddSingleton<ResponseLoads>();
        services.TryAddSingleton<ResponseCache>();
        services.TryAddSingleton<ResponseLog>();
        services.TryAddSingleton<TagRemovals>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, WriteInvalidation>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, CacheAttributePolicy>());
        services.TryAddSingleton<IResponseCache, ResponseInvalidation>();
        return services;
    }
}
