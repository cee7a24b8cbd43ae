using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Wappa;
using Wappa.Caching;
using Wappa.Caching.Memory;
using Wappa.Caching.Scopes;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registering the caches in any app, with or without a bot.</summary>
public static class WappaCachingServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ICacheFactory"/>, <see cref="CacheStrategyContext"/>, <see cref="CacheManager"/>,
    /// <see cref="IDocumentStore"/> and <see cref="ICacheStore"/>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Chooses the backend, e.g. <c>c =&gt; c.UseMemory()</c>. Default: memory.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWappaCaching(
        this IServiceCollection services, Action<ICachingBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddCheckedOptions<CachingOptions>((options, _) => options.ThrowIfInvalid());
        services.AddCheckedOptions<MemoryStoreOptions>((options, _) => options.ThrowIfInvalid());
        services.TryAddSingleton(NewMemoryDocuments);
        services.TryAddSingleton(NewMemoryEntries);
        services.TryAddSingleton<ICacheFactory>(provider => new StoreCacheFactory(
            provider.GetRequiredService<IDocumentStore>(),
            provider.GetRequiredService<IOptions<CachingOptions>>().Value,
            provider.GetService<ILoggerFactory>()?.CreateLogger("Wappa.Caching") ?? NullLogger.Instance));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(NewStrategyContext);
        services.TryAddSingleton<CacheManager>(provider => new CacheManager(
            provider.GetRequiredService<ICacheStore>(), provider.GetRequiredService<CacheStrategyContext>().Flights,
            provider.GetRequiredService<TimeProvider>()));
        var builder = new CachingBuilder(services);
        if (!services.Any(service => service.ServiceType == typeof(IDocumentStore))) builder.UseMemory();
        configure?.Invoke(builder);
        return services;
    }

    private static MemoryDocumentStore NewMemoryDocuments(IServiceProvider provider) => new(
        provider.GetRequiredService<IOptions<MemoryStoreOptions>>().Value,
        provider.GetRequiredService<IOptions<CachingOptions>>().Value.MaxRecordBytes,
        provider.GetRequiredService<TimeProvider>());

    private static MemoryCacheStore NewMemoryEntries(IServiceProvider provider) => new(
        provider.GetRequiredService<IOptions<MemoryStoreOptions>>().Value,
        provider.GetRequiredService<TimeProvider>());

    private static CacheStrategyContext NewStrategyContext(IServiceProvider provider) => new(
        provider.GetRequiredService<ICacheStore>(),
        provider.GetRequiredService<IOptions<CachingOptions>>().Value.Serializer,
        provider.GetRequiredService<IServiceScopeFactory>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetService<ILoggerFactory>(),
        provider.GetRequiredService<IDocumentStore>());

    private sealed record CachingBuilder(IServiceCollection Services) : ICachingBuilder;
}
