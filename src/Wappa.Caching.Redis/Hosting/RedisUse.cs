using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching.Redis.Hosting;

/// <summary>Knows whether the app uses its Redis stores: of several backends an app chooses the last counts, and the servers of
/// another one are not connected to.</summary>
internal sealed class RedisUse(IServiceProvider services)
{
    internal const string Category = "Wappa.Caching.Redis";

    private volatile RedisStores? _stores;

    /// <summary>Null: nothing has asked for them.</summary>
    internal RedisStores? Stores => _stores;

    /// <summary>The container makes them once, and disposes of them.</summary>
    internal RedisStores Open() => _stores = services.GetRequiredService<RedisStores>();
}
