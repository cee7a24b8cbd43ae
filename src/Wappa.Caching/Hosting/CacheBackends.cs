using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Wappa.Caching.Hosting;

namespace Wappa.Caching;

/// <summary>The backends that an app's configuration can choose by name.</summary>
public static class CacheBackends
{
    private static readonly ConcurrentDictionary<string, Action<ICachingBuilder, IConfiguration>> Known =
        new(StringComparer.OrdinalIgnoreCase)
        {
            [MemoryDocumentStore.BackendName] = (builder, settings) => builder.WithMemoryCache(options => settings.Bind(options)),
        };

    /// <summary>For backend packages: makes a backend known by name, usually from a module initializer.</summary>
    /// <param name="backend">The name, compared without case.</param>
    /// <param name="use">Makes it the app's backend. The settings are the app's section <c>Wappa:Cache</c>, where backends find
    /// their options by name, among others that are not theirs.</param>
    public static void Register(string backend, Action<ICachingBuilder, IConfiguration> use)
    {
        ArgumentException.ThrowIfNullOrEmpty(backend);
        ArgumentNullException.ThrowIfNull(use);
        Known[backend] = use;
    }

    /// <summary>Makes the backend of that name the app's.</summary>
    /// <param name="builder">The app's builder.</param>
    /// <param name="backend"><c>memory</c>, or the name of a backend whose package is referenced.</param>
    /// <param name="settings">Its options by name, such as <c>Path</c>; others are ignored.</param>
    /// <returns>False: there is no such backend here, and nothing changed.</returns>
    public static bool TryUse(ICachingBuilder builder, string backend, IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(backend);
        ArgumentNullException.ThrowIfNull(settings);
        if (!Known.TryGetValue(backend, out var use) &&
            !(BackendPackage.TryLoad(backend) && Known.TryGetValue(backend, out use)))
        {
            return false;
        }

        use(builder, settings);
        return true;
    }
}
