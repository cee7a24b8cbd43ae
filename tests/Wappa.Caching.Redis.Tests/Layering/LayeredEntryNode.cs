using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>One machine of several: a client of its own, the store of entries, memory in front.</summary>
internal sealed class LayeredEntryNode : IAsyncDisposable
{
    private readonly RedisClient _client;

    private LayeredEntryNode(RedisClientOptions client, EntryStoreOptions entries)
    {
        _client = new RedisClient(client, TimeProvider.System, NullLogger.Instance);
        Shared = new RedisCacheStore(_client, entries);
        var tracking = new KeyTracking(_client, entries.Database, [entries.KeyPrefix]);
        Layered = new LayeredCacheStore(
            Shared, new EntryChangeFeed(_client, tracking, entries.KeyPrefix), new() { MaxAge = TimeSpan.FromHours(1) });
    }

    /// <summary>What the server says.</summary>
    internal RedisCacheStore Shared { get; }

    /// <summary>What the node says.</summary>
    internal LayeredCacheStore Layered { get; }

    internal static async Task<LayeredEntryNode> StartAsync(RedisClientOptions client, EntryStoreOptions? entries = null)
    {
        var node = new LayeredEntryNode(client, entries ?? new());
        await node.Layered.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await Layered.DisposeAsync();
        await _client.DisposeAsync();
    }
}
