using Microsoft.AspNetCore.Routing;
using Wappa;
using Wappa.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering a bot in an existing ASP.NET app.</summary>
public static class WappaServiceCollectionExtensions
{
    /// <summary>Adds the bot's services. Options come from the app's configuration and environment; see
    /// <see cref="WhatsAppOptions"/> and <see cref="WappaOptions"/>. Calling it again adds to what is there.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Chooses the handler (required) and the cache (default: memory).</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappa(this IServiceCollection services, Action<WappaServicesBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        WappaRegistration.AddCore(services);
        configure(new(services));
        return services;
    }

    /// <summary>For packages above this one: adds routes that <c>MapWappa</c> maps together with the bot's
    /// own.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="map">Maps the routes, once, after the bot's. What has to wait until the server listens belongs into
    /// a hosted service.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappaEndpoints(
        this IServiceCollection services, Action<IEndpointRouteBuilder> map)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(map);
        return services.AddSingleton(new AdditionalEndpoints(map));
    }
}
