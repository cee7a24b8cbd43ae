using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Caching.Hosting;
using Wappa.Caching.Redis.Hosting;

namespace Wappa;

/// <summary>Choosing Redis as the backend of the caches.</summary>
public static class RedisCachingBuilderExtensions
{
    /// <summary>Keeps everything in Redis, Valkey or Garnet: one memory for any number of machines.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="url">Where the servers are, as <see cref="RedisStoreOptions.Url"/> describes. Default:
    /// <c>redis://localhost:6379</c>.</param>
    /// <remarks>An app with a host connects when it starts and says to what. If no server answers then, it says that, starts all the
    /// same, and connects as soon as one does: until then its caches fail and <c>/health/ready</c> is degraded. A URL that
    /// cannot be read stops the app.</remarks>
    /// <returns>The same builder.</returns>
    public static TBuilder WithRedisCache<TBuilder>(this TBuilder builder, string? url = null)
        where TBuilder : ICachingBuilder =>
        builder.WithRedisCache(options => options.Url = url ?? options.Url);

    /// <inheritdoc cref="WithRedisCache{TBuilder}(TBuilder, string?)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Where and how; what cannot work stops the app at its start, naming the option.</param>
    public static TBuilder WithRedisCache<TBuilder>(this TBuilder builder, Action<RedisStoreOptions> configure)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        AddStores(builder.Services);
        builder.Services.Configure(configure);
        return builder.UseStores(
            RedisStores.BackendName,
            services => services.GetRequiredService<RedisUse>().Open().Documents,
            services => services.GetRequiredService<RedisUse>().Open().Entries);
    }

    /// <inheritdoc cref="WithRedisCache{TBuilder}(TBuilder, string?)"/>
    public static TBuilder UseRedis<TBuilder>(this TBuilder builder, string? url = null)
        where TBuilder : ICachingBuilder => builder.WithRedisCache(url);

    /// <inheritdoc cref="WithRedisCache{TBuilder}(TBuilder, Action{RedisStoreOptions})"/>
    public static TBuilder UseRedis<TBuilder>(this TBuilder builder, Action<RedisStoreOptions> configure)
        where TBuilder : ICachingBuilder => builder.WithRedisCache(configure);

    private static void AddStores(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(RedisUse))) return;
        services.TryAddSingleton(TimeProvider.System);
        services.AddCheckedOptions<RedisStoreOptions>((options, _) => options.ThrowIfInvalid());
        services.AddSingleton<RedisUse>();
        services.AddSingleton(Connect);
        services.AddHostedService<RedisStoreStart>();
        services.AddHealthChecks().AddCheck<RedisHealthCheck>(
            RedisHealthCheck.Name, RedisHealthCheck.WorstStatus, [CachingHealth.ReadyTag], RedisHealthCheck.Patience * 2);
    }

    private static RedisStores Connect(IServiceProvider provider) => RedisStores.Open(
        provider.GetRequiredService<IOptions<RedisStoreOptions>>().Value,
        provider.GetRequiredService<IOptions<CachingOptions>>().Value,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetService<ILoggerFactory>()?.CreateLogger(RedisUse.Category),
        entries => EntryPipeline.Transform(entries, provider));
}
