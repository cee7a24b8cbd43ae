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
        services.RemoveAll<IValidateOptions<TOptions>>();
        return services.AddSingleton<IValidateOptions<TOptions>>(provider => new Check<TOptions>(throwIfInvalid, provider));
    }

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
