using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Hosting;

namespace Wappa;

/// <summary>Adds a bot to an existing ASP.NET app: <c>services.AddWappa(w =&gt;
/// w.WithMemoryCache().WithHandler&lt;H&gt;())</c>.
/// </summary>
public sealed class WappaServicesBuilder : ICachingBuilder
{
    internal WappaServicesBuilder(IServiceCollection services) => Services = services;

    /// <inheritdoc/>
    public IServiceCollection Services { get; }

    /// <inheritdoc cref="WappaBuilder.WithWhatsApp"/>
    public WappaServicesBuilder WithWhatsApp(string? token = null, string? phoneId = null, string? businessId = null)
    {
        WappaRegistration.SetWhatsApp(Services, token, phoneId, businessId);
        return this;
    }

    /// <inheritdoc cref="WappaBuilder.WithHandler"/>
    public WappaServicesBuilder WithHandler<THandler>()
        where THandler : WappaEventHandler
    {
        WappaRegistration.SetHandler<THandler>(Services);
        return this;
    }

    /// <inheritdoc cref="WappaBuilder.WithTenant"/>
    public WappaServicesBuilder WithTenant(string name)
    {
        WappaRegistration.SetTenant(Services, name);
        return this;
    }
}
