using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Wappa.Caching;

/// <summary>For packages of this family: options that cannot work stop the app at its start, naming the option.</summary>
public static class CheckedOptionsExtensions
{
    /// <summary>Registers options that are checked when the app starts and whenever they are first read.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="throwIfInvalid">Throws <see cref="ArgumentException"/> whose text names the option; the same check the
    /// options' users make when they are given options made by hand.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddCheckedOptions<TOptions>(
        this IServiceCollection services, Action<TOptions, IServiceProvider> throwIfInvalid)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(throwIfInvalid);
        services.AddOptions<TOptions>().ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(Marker<TOptions>))) return services;
        services.AddSingleton<Marker<TOptions>>();
        return services.AddSingleton<IValidateOptions<TOptions>>(provider => new Check<TOptions>(throwIfInvalid, provider));
    }

    /// <summary>Shows that the check is registered; a factory's registration does not show what it makes.</summary>
    private sealed class Marker<TOptions>;

    private sealed class Check<TOptions>(Action<TOptions, IServiceProvider> throwIfInvalid, IServiceProvider services)
        : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            try
            {
                throwIfInvalid(options, services);
                return ValidateOptionsResult.Success;
            }
            catch (ArgumentException error)
            {
                return ValidateOptionsResult.Fail(error.Message);
            }
        }
    }
}
