using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa.Caching;
using Wappa.Caching.Hosting;
using Wappa.Caching.Memory;

namespace Wappa;

/// <summary>Choosing the backend of the caches and their options.</summary>
public static class WappaCachingBuilderExtensions
{
    /// <summary>Keeps everything in this process's memory: fastest, nothing to install, lost at a restart.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Limits. Default: records are unlimited, entries take at most 256 MiB.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder WithMemoryCache<TBuilder>(this TBuilder builder, Action<MemoryStoreOptions>? configure = null)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<MemoryStoreOptions>();
        if (configure is not null) builder.Services.Configure(configure);
        return builder.UseStores(
            MemoryDocumentStore.BackendName,
            services => services.GetRequiredService<MemoryDocumentStore>(),
            services => services.GetRequiredService<MemoryCacheStore>());
    }

    /// <inheritdoc cref="WithMemoryCache"/>
    public static TBuilder UseMemory<TBuilder>(this TBuilder builder, Action<MemoryStoreOptions>? configure = null)
        where TBuilder : ICachingBuilder => builder.WithMemoryCache(configure);

    /// <summary>Changes the options of the record caches.</summary>
    /// <returns>The same builder.</returns>
    public static TBuilder ConfigureCaching<TBuilder>(this TBuilder builder, Action<CachingOptions> configure)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>For backend packages: makes a pair of stores the app's backend. Of several calls the last counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="backend">The backend's name, as in <see cref="IDocumentStore.Backend"/>.</param>
    /// <param name="documents">Makes the store of records, once.</param>
    /// <param name="entries">Makes the store of entries, once. What the app asks for beside it - compression, encryption, statistics -
    /// comes over it.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder UseStores<TBuilder>(
        this TBuilder builder, string backend,
        Func<IServiceProvider, IDocumentStore> documents, Func<IServiceProvider, ICacheStore> entries)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(backend);
        // One registration and no second, keyed one: apps find it to put something of their own over it.
        builder.Services.RemoveAll<IDocumentStore>()
            .AddSingleton(services => EntryPipeline.Intercept(documents(services), services));
        builder.Services.RemoveAllKeyed<ICacheStore>(EntryPipeline.BackendKey)
            .AddKeyedSingleton(EntryPipeline.BackendKey, (services, _) => entries(services));
        builder.Services.RemoveAll<ICacheStore>().AddSingleton<ICacheStore>(EntryPipeline.Build);
        return builder;
    }
}
