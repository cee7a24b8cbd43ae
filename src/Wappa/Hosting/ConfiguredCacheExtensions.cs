namespace Wappa;

/// <summary>Choosing the cache from outside the code.</summary>
public static class ConfiguredCacheExtensions
{
    /// <summary>Uses the cache that <c>Wappa:Cache:Backend</c> (<c>--cache</c>) names. Default:
    /// <c>memory</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The name is unknown, or its package is not part of this
    /// app.</exception>
    public static WappaBuilder WithConfiguredCache(this WappaBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var backend = builder.Configuration["Wappa:Cache:Backend"];
        return backend?.ToUpperInvariant() switch
        {
            null or "" or "MEMORY" => builder.WithMemoryCache(),
            "JSON" => throw Missing("json", "Wappa.Caching.Json"),
            "REDIS" => throw Missing("redis", "Wappa.Caching.Redis"),
            _ => throw new InvalidOperationException(
                $"Wappa:Cache:Backend (--cache) is '{backend}'. Use memory, json or redis."),
        };
    }

    private static InvalidOperationException Missing(string backend, string package) => new(
        $"Wappa:Cache:Backend (--cache) is '{backend}', but the package {package} is not part of this app. Add it, or " +
        "use --cache memory.");
}
