using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>One machine of several: a client of its own, the store of records, memory in front.</summary>
internal sealed class LayeredNode : IAsyncDisposable
{
    private LayeredNode(RedisClientOptions client, RecordStoreOptions records, LayerOptions options)
    {
        Client = new RedisClient(client, TimeProvider.System, NullLogger.Instance);
        Shared = new RedisDocumentStore(Client, records);
        Tracking = new KeyTracking(Client, records.UserDatabase, [RecordChangeFeed.PrefixOf(records)]);
        Layered = new LayeredDocumentStore(Shared, new RecordChangeFeed(Client, Tracking, records), options);
    }

    internal RedisClient Client { get; }

    internal KeyTracking Tracking { get; }

    /// <summary>What the server says.</summary>
    internal IDocumentStore Shared { get; }

    /// <summary>What the node says.</summary>
    internal LayeredDocumentStore Layered { get; }

    internal static async Task<LayeredNode> StartAsync(
        RedisClientOptions client, RecordStoreOptions? records = null, LayerOptions? options = null)
    {
        var node = new LayeredNode(client, records ?? new(), options ?? new() { MaxAge = TimeSpan.FromHours(1) });
        await node.Layered.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await Layered.DisposeAsync();
        await Client.DisposeAsync();
    }
}
