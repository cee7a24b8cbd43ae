using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa.Caching;
using Wappa.Caching.WriteBehind;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the app's own caches.</summary>
public static class CacheStrategyServiceCollectionExtensions
{
    /// <summary>Adds a strategy, one for the whole app: single flight works among the callers of one instance. Needs
    /// <c>AddWappaCaching</c>, before or after.</summary>
    /// <remarks><para>A singleton must not take what belongs to a request; its loads find that in <see cref="CacheLoad.Services"/>.</para>
    /// <para>A <see cref="WriteBehindCacheStrategy{T}"/> takes up its journal when the host starts and empties its queue when it
    /// ends.</para></remarks>
    /// <typeparam name="TStrategy">A class derived from <see cref="CacheStrategy{T}"/>, with a <see cref="CacheStrategyContext"/> among its
    /// constructor's parameters.</typeparam>
    /// <param name="services">The app's services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddCacheStrategy<TStrategy>(this IServiceCollection services)
        where TStrategy : class
    {
        ArgumentNullException.ThrowIfNull(services);
        var isKnown = services.Any(service => service.ServiceType == typeof(TStrategy));
        services.TryAddSingleton<TStrategy>();
        if (!isKnown && typeof(IWriteBehind).IsAssignableFrom(typeof(TStrategy))) services.AddHostedService<WriteBehindHost<TStrategy>>();
        return services;
    }
}
