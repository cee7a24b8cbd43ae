using System.Collections.Concurrent;
using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Tests.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Records and entries are told over one tracking, each what concerns it.</summary>
public sealed class KeyTrackingTests
{
    [Fact]
    public async Task ListenAsync_RecordsAndEntries_AreToldOverOneTracking()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var tracking = new KeyTracking(client, 0, ["", "app:"]);
        var (records, entries) = (new Ear(), new Ear());
        await using var one = await new RecordChangeFeed(client, tracking, new RecordStoreOptions()).ListenAsync(records);
        await using var two = await new EntryChangeFeed(client, tracking, "app:").ListenAsync(entries);

        await using var raw = await server.ConnectAsync();
        await raw.CallAsync("SELECT", "3");
        await raw.CallAsync("SET", "app:chat:v1:1", "x");
        await raw.CallAsync("SET", "app:%tag:sport", "x");
        await raw.CallAsync("DEL", "app:%tag:sport");
        await raw.CallAsync("SELECT", "1");
        await raw.CallAsync("HSET", "hotel123:state:pizza_order:1234567890", "n", "1");
        await raw.CallAsync("FLUSHALL");
        await records.UntilAsync("everything");
        await entries.UntilAsync("everything");
        records.Heard.ShouldBe(["listening", "hotel123:state:pizza_order:1234567890", "everything"]);
        entries.Heard.ShouldBe(["listening", "chat:v1:1", "tag sport", "tag sport", "everything"]);

        await server.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await records.UntilAsync("gap");
        await client.ReadAsync("key");
        records.Heard[^2..].ShouldBe(["gap", "listening"]);
        entries.Heard[^2..].ShouldBe(["gap", "listening"]);
    }

    [Fact]
    public async Task DisposeAsync_OfOneListener_LeavesTheOther()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Clients.Open(server);
        var tracking = new KeyTracking(client, 0, [""]);
        var (first, second) = (new Ear(), new Ear());
        var feed = new EntryChangeFeed(client, tracking, "");
        var one = await feed.ListenAsync(first);
        var two = await feed.ListenAsync(second);
        await one.DisposeAsync();
        await one.DisposeAsync();
        await server.CallAsync("SET", "chat:v1:1", "x");
        await second.UntilAsync("chat:v1:1");
        first.Heard.ShouldBe(["listening", "gap"]);

        await two.DisposeAsync();
        await using var three = await feed.ListenAsync(first);
        await server.CallAsync("SET", "chat:v1:2", "x");
        await first.UntilAsync("chat:v1:2");
        second.Heard.ShouldBe(["listening", "chat:v1:1", "gap"]);
    }

    [Fact]
    public async Task ListenAsync_NoServer_FailsAndMayBeAskedAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        proxy.Refuse();
        await using var client = Clients.Open($"{proxy.Url}?connectTimeout=300");
        var feed = new EntryChangeFeed(client, new KeyTracking(client, 0, [""]), "");
        var ear = new Ear();
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await feed.ListenAsync(ear));
        proxy.Accept();
        await Eventually.BeTrueAsync("it listens", async () =>
        {
            try
            {
                await feed.ListenAsync(ear);
                return true;
            }
            catch (CacheStoreUnavailableException)
            {
                return false;
            }
        });
        await server.CallAsync("SET", "chat:v1:1", "x");
        await ear.UntilAsync("chat:v1:1");
    }

    private sealed class Ear : IRecordChangeListener, IEntryChangeListener
    {
        private readonly ConcurrentQueue<string> _heard = new();

        internal string[] Heard => [.. _heard];

        public void OnChanged(in RecordKey key) => _heard.Enqueue(key.ToString());

        public void OnChanged(string key) => _heard.Enqueue(key);

        public void OnTagChanged(string tag) => _heard.Enqueue($"tag {tag}");

        public void OnPrefixChanged(string prefix) => _heard.Enqueue($"prefix {prefix}");

        public void OnEverythingChanged() => _heard.Enqueue("everything");

        public void OnGap() => _heard.Enqueue("gap");

        public void OnListening() => _heard.Enqueue("listening");

        internal Task UntilAsync(string what) =>
            Eventually.BeTrueAsync($"'{what}' is heard", () => Task.FromResult(Heard.Contains(what)));
    }
}
