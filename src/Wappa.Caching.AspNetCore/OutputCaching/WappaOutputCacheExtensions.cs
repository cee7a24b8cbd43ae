using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Caching.AspNetCore.OutputCaching;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the app's store of entries as the store of ASP.NET Core's output caching.</summary>
public static class WappaOutputCacheExtensions
{
    /// <summary>Keeps what <c>AddOutputCache</c> and <c>UseOutputCache</c> cache in the app's store of entries (memory, JSON files,
    /// Redis), in place of any other store. Before or after <c>AddOutputCache</c>, as you like.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Default: the namespace <c>output</c>.</param>
    /// <remarks>Everything else of output caching stays as it is, its policies and its faults. <c>Cache</c> is the cache of this package.
    /// Its option <c>SizeLimit</c> means nothing here: the store has its own.</remarks>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappaOutputCacheStore(
        this IServiceCollection services, Action<WappaOutputCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWappaCaching();
        services.AddCheckedOptions<WappaOutputCacheOptions>((options, _) => options.ThrowIfInvalid());
        if (configure is not null) services.Configure(configure);
        return services.RemoveAll<IOutputCacheStore>().AddSingleton<IOutputCacheStore>(provider => new EntryOutputCacheStore(
            provider.GetRequiredService<ICacheStore>(),
            provider.GetRequiredService<IOptions<WappaOutputCacheOptions>>().Value.Namespace));
    }
}
