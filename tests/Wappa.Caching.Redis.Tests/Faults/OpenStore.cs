using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>A store and the client under it, both of a test.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    /// <summary>Soon given up, so that a black hole does not take a test seconds; everything else is the default.</summary>
    internal const string Impatient = "?heartbeat=100&silenceLimit=400&connectTimeout=1000";

    internal OpenStore(string url, TimeSpan? timeout = null, RedisDurability? durability = null)
    {
        var limit = timeout ?? Eventually.Patience;
        Client = new RedisClient(RedisUrl.Parse(url) with { CommandTimeout = limit }, TimeProvider.System, NullLogger.Instance);
        Store = new RedisDocumentStore(Client, new() { CommandTimeout = limit, Durability = durability ?? RedisDurability.Primary });
    }

    internal RedisClient Client { get; }

    internal RedisDocumentStore Store { get; }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
