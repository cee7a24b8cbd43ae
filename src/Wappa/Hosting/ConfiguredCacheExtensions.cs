using Microsoft.Extensions.Configuration;
using Wappa.Caching;

namespace Wappa;

/// <summary>Choosing the cache from outside the code.</summary>
public static class ConfiguredCacheExtensions
{
    /// <summary>Uses the cache that <c>Wappa:Cache:Backend</c> (<c>--cache</c>) names, with the backend's options from the same
    /// section: <c>Wappa:Cache:Path</c> (<c>--cache-path</c>), <c>Wappa:Cache:Durability</c> and so on.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="defaultBackend">What is used when nothing is named. Default: <c>memory</c>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The name is unknown, or its package is not part of this
    /// app.</exception>
    public static WappaBuilder WithConfiguredCache(this WappaBuilder builder, string defaultBackend = "memory")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(defaultBackend);
        var settings = builder.Configuration.GetSection("Wappa:Cache");
        var backend = settings["Backend"] is { Length: > 0 } named ? named : defaultBackend;
        return CacheBackends.TryUse(builder, backend, settings) ? builder : throw Missing(backend);
    }

    private static InvalidOperationException Missing(string backend) => new(backend.ToUpperInvariant() switch
    {
        "JSON" => NoPackage(backend, "Wappa.Caching.Json"),
        "REDIS" => NoPackage(backend, "Wappa.Caching.Redis"),
        _ => $"Wappa:Cache:Backend (--cache) is '{backend}'. Use memory, json or redis.",
    });

    private static string NoPackage(string backend, string package) =>
        $"Wappa:Cache:Backend (--cache) is '{backend}', but the package {package} is not part of this app. Add it, or " +
        "use --cache memory.";
}
