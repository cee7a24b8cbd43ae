using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wappa.Caching;
using Wappa.Hosting;

namespace Wappa;

/// <summary>
/// A bot as an app of its own: <c>new WappaBuilder(args).WithMemoryCache().WithHandler&lt;MyHandler&gt;().Build()</c>.
/// It is an ordinary <see cref="WebApplication"/> whose defaults suit a bot.
/// </summary>
/// <remarks>
/// <para>It listens on <c>http://127.0.0.1:8000</c>; <c>--urls</c>, <c>PORT</c> and ASP.NET's own settings change that,
/// in this order; a <c>PORT</c> is served on loopback in Development and on every address elsewhere.
/// <c>LOG_LEVEL</c> takes .NET's names and <c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c>, <c>ERROR</c>;
/// <c>ENVIRONMENT</c> stands for <c>ASPNETCORE_ENVIRONMENT</c> in any case.</para>
/// <para>The switches <c>--tenant</c>, <c>--cache</c>, <c>--cache-path</c> and <c>--redis</c> set <c>Wappa:Tenant</c>,
/// <c>Wappa:Cache:Backend</c>, <c>Wappa:Cache:Path</c> and <c>Wappa:Cache:Redis</c>.</para>
/// </remarks>
public sealed class WappaBuilder : ICachingBuilder
{
    private readonly WebApplicationBuilder _host;
    private readonly List<Action<WebApplication>> _configure = [];

    /// <summary>A builder with the services of a bot and the memory cache.</summary>
    /// <param name="args">The command line. Default: none.</param>
    /// <exception cref="InvalidOperationException"><c>PORT</c> or <c>LOG_LEVEL</c> cannot be understood.</exception>
    public WappaBuilder(string[]? args = null)
    {
        _host = WebApplication.CreateBuilder(HostSettings.OptionsFor(args ?? []));
        HostSettings.Apply(_host, args ?? []);
        WappaRegistration.AddCore(_host.Services);
    }

    /// <summary>The app's services.</summary>
    public IServiceCollection Services => _host.Services;

    /// <summary>The app's configuration: files, environment, command line.</summary>
    public ConfigurationManager Configuration => _host.Configuration;

    /// <summary>Where the app runs: Development, Production, ….</summary>
    public IWebHostEnvironment Environment => _host.Environment;

    /// <summary>The app's logging.</summary>
    public ILoggingBuilder Logging => _host.Logging;

    /// <summary>The web server.</summary>
    public ConfigureWebHostBuilder WebHost => _host.WebHost;

    /// <summary>Names the account at WhatsApp; see <see cref="WhatsAppOptions"/> for the rest.</summary>
    /// <param name="token">The access token. Default: <c>WHATSAPP_ACCESS_TOKEN</c>.</param>
    /// <param name="phoneId">The phone number id. Default: <c>WHATSAPP_PHONE_NUMBER_ID</c>.</param>
    /// <param name="businessId">The business account id. Default: <c>WHATSAPP_BUSINESS_ACCOUNT_ID</c>.</param>
    /// <returns>The same builder.</returns>
    public WappaBuilder WithWhatsApp(string? token = null, string? phoneId = null, string? businessId = null)
    {
        WappaRegistration.SetWhatsApp(Services, token, phoneId, businessId);
        return this;
    }

    /// <summary>Chooses the class that handles what comes in. Of several calls the last counts.</summary>
    /// <typeparam name="THandler">Made anew for each turn, with its constructor's parameters injected.</typeparam>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">A method with a <see cref="CommandAttribute"/> or
    /// <see cref="StateAttribute"/> cannot be called; the text says which and why.</exception>
    public WappaBuilder WithHandler<THandler>()
        where THandler : WappaEventHandler
    {
        WappaRegistration.SetHandler<THandler>(Services);
        return this;
    }

    /// <summary>Names the tenant of numbers that <c>Wappa:Tenants</c> does not name; beats <c>Wappa:Tenant</c> and
    /// <c>--tenant</c>.</summary>
    /// <param name="name">1 to 256 characters.</param>
    /// <returns>The same builder.</returns>
    public WappaBuilder WithTenant(string name)
    {
        WappaRegistration.SetTenant(Services, name);
        return this;
    }

    /// <summary>Changes the finished app: middleware, routes, what runs at its start.</summary>
    /// <param name="configure">Runs at the end of <see cref="Build"/>, after the bot's routes are mapped.</param>
    /// <returns>The same builder.</returns>
    public WappaBuilder Configure(Action<WebApplication> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _configure.Add(configure);
        return this;
    }

    /// <summary>Builds the app with the bot's routes mapped; see
    /// <see cref="WappaEndpointRouteBuilderExtensions.MapWappa"/>. Options that cannot work stop it when it
    /// starts.</summary>
    public WebApplication Build()
    {
        var app = _host.Build();
        app.MapWappa();
        foreach (var configure in _configure) configure(app);
        return app;
    }
}
