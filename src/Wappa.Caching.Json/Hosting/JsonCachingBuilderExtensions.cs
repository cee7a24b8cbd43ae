using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa.Caching;
using Wappa.Caching.Json.Hosting;

namespace Wappa;

/// <summary>Choosing JSON files as the backend of the caches.</summary>
public static class JsonCachingBuilderExtensions
{
    /// <summary>Keeps everything in readable JSON files: no server, and what was acknowledged survives restarts, <c>kill -9</c> and
    /// the loss of power.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The folder; relative to the process's working directory unless rooted. Default: <c>cache</c>.</param>
    /// <remarks>In an app with a host the folder is opened when the app starts: if another process owns it or the disk refuses it,
    /// the app does not start, and the message says why. When the container is disposed the files are brought up to
    /// date.</remarks>
    /// <returns>The same builder.</returns>
    public static TBuilder WithJsonCache<TBuilder>(this TBuilder builder, string? path = null)
        where TBuilder : ICachingBuilder =>
        builder.WithJsonCache(options => options.Path = path ?? options.Path);

    /// <inheritdoc cref="WithJsonCache{TBuilder}(TBuilder, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Where and how; what cannot work stops the app at its start, naming the option.</param>
    public static TBuilder WithJsonCache<TBuilder>(this TBuilder builder, Action<JsonStoreOptions> configure)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        AddStores(builder.Services);
        builder.Services.Configure(configure);
        return builder.UseStores(
            JsonDocumentStore.BackendName,
            services => services.GetRequiredService<JsonDocumentStore>(),
            services => services.GetRequiredService<JsonCacheStore>());
    }

    /// <inheritdoc cref="WithJsonCache{TBuilder}(TBuilder, string?)"/>
    public static TBuilder UseJson<TBuilder>(this TBuilder builder, string? path = null)
        where TBuilder : ICachingBuilder => builder.WithJsonCache(path);

    /// <inheritdoc cref="WithJsonCache{TBuilder}(TBuilder, Action{JsonStoreOptions})"/>
    public static TBuilder UseJson<TBuilder>(this TBuilder builder, Action<JsonStoreOptions> configure)
        where TBuilder : ICachingBuilder => builder.WithJsonCache(configure);

    private static void AddStores(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(JsonStores))) return;
        services.TryAddSingleton(TimeProvider.System);
        services.AddCheckedOptions<JsonStoreOptions>((options, _) => options.ThrowIfInvalid());
        services.AddSingleton<JsonStores>();
        services.AddSingleton(provider => provider.GetRequiredService<JsonStores>().OpenDocuments());
        services.AddSingleton(provider => provider.GetRequiredService<JsonStores>().OpenEntries());
        services.AddHostedService<JsonStoreStart>();
        services.AddHealthChecks().AddCheck<JsonHealthCheck>(
            JsonHealthCheck.Name, JsonHealthCheck.WorstStatus, [CachingHealth.ReadyTag]);
    }
}
