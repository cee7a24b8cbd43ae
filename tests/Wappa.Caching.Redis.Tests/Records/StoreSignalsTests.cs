using System.Threading.Channels;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Messages between processes that share a store.</summary>
public class StoreSignalsTests
{
    private readonly Channel<string?> _heard = Channel.CreateUnbounded<string?>();

    [Fact]
    public async Task Publish_Standalone_IsHeardByWhoeverListensInTheSamePlace()
    {
        var server = await SharedServers.StandaloneAsync();
        await using var here = RedisStores.Open(new() { Url = server.Url, Database = 1201 });
        await using var there = RedisStores.Open(new() { Url = server.Url, Database = 1201 });
        await using var elsewhere = RedisStores.Open(new() { Url = server.Url, Database = 1202 });
        var listening = await Signals(here).SubscribeAsync("inbox", Hear);

        await Signals(elsewhere).PublishAsync("inbox", "not for you");
        await Signals(there).PublishAsync("other", "nor this");
        await Signals(there).PublishAsync("inbox", "größer als 1");
        await Signals(here).PublishAsync("inbox", "two");

        (await NextAsync()).ShouldBe("größer als 1");
        (await NextAsync()).ShouldBe("two");
        await listening.DisposeAsync();
        await Signals(there).PublishAsync("inbox", "too late");
        _heard.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Publish_Cluster_IsHeardWhereverItIsListenedTo()
    {
        var cluster = await SharedServers.ClusterAsync();
        await using var here = RedisStores.Open(new() { Url = cluster.Url, KeyPrefix = "signals:" });
        await using var there = RedisStores.Open(new() { Url = cluster.Nodes[1].Url, KeyPrefix = "signals:" });
        await using var listening = await Signals(here).SubscribeAsync("inbox", Hear);

        await Signals(there).PublishAsync("inbox", "one");

        (await NextAsync()).ShouldBe("one");
    }

    [Fact]
    public async Task Subscribe_ConnectionLost_TellsTheGapAndGoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var stores = RedisStores.Open(new() { Url = server.Url });
        await using var listening = await Signals(stores).SubscribeAsync("inbox", Hear);

        await server.CallAsync("CLIENT", "KILL", "TYPE", "pubsub");

        (await NextAsync()).ShouldBeNull();
        await Signals(stores).PublishAsync("inbox", "again");
        (await NextAsync()).ShouldBe("again");
    }

    [Fact]
    public async Task Publish_UserWithoutTheRight_FailsAsTheStoreDoes()
    {
        await using var harness = new RedisHarness(RedisTarget.SecuredAsync);
        var store = await harness.CreateAsync(new());

        await Should.ThrowAsync<CacheStoreException>(store.Find<IStoreSignals>()!.PublishAsync("inbox", "one").AsTask());
    }

    [Fact]
    public async Task Find_RecordsInMemoryInFront_FindsTheServer()
    {
        await using var stores = RedisStores.Open(new() { KeepRecordsInMemory = true });

        stores.Documents.Find<IStoreSignals>().ShouldNotBeNull();
    }

    private static IStoreSignals Signals(RedisStores stores) => stores.Documents.Find<IStoreSignals>()!;

    private void Hear(string? message) => _heard.Writer.TryWrite(message);

    private async Task<string?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        return await _heard.Reader.ReadAsync(patience.Token);
    }
}
