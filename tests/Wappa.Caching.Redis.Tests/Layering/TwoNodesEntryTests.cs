using System.Text;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Two nodes with entries on one server: neither serves what the other has changed.</summary>
public sealed class TwoNodesEntryTests
{
    private const string Key = "chat:v1:conversation:123";
    private const string Tag = "conversation";

    [Fact]
    public async Task GetAsync_ChangedByTheOtherNode_IsReadAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        await using var other = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        await ShouldFollowAsync(one, other);
    }

    [Fact]
    public async Task GetAsync_OnACluster_FollowsTheOtherNode()
    {
        var target = await RedisTarget.ClusterAsync();
        var entries = new EntryStoreOptions { KeyPrefix = $"layer{Guid.NewGuid():N}:" };
        await using var one = await LayeredEntryNode.StartAsync(target.Client, entries);
        await using var other = await LayeredEntryNode.StartAsync(target.Client, entries);
        await ShouldFollowAsync(one, other);
    }

    [Fact]
    public async Task GetAsync_Expires_IsNotServedLonger()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        await node.Layered.SetAsync(Key, Entry("1") with { Ttl = TimeSpan.FromMilliseconds(600) });
        await UntilKeptAsync(node, Key);
        await Eventually.BeTrueAsync("a miss", async () => await node.Layered.GetAsync(Key) is null);
        (await node.Shared.GetAsync(Key)).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_ConnectionKilled_IsNotServedFromMemory()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        await using var elsewhere = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        await node.Layered.SetAsync(Key, Entry("1"));
        for (var round = 2; round < 6; round++)
        {
            await UntilKeptAsync(node, Key);
            await server.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await Eventually.BeTrueAsync("memory is emptied", () => Task.FromResult(node.Layered.Count == 0));
            await Eventually.BeTrueAsync("it is written", () => WrittenAsync(elsewhere, $"{round}"));
            Text(await node.Layered.GetAsync(Key)).ShouldBe($"{round}");
        }
    }

    [Fact]
    public async Task GetAsync_RandomChangesOfTwoNodes_AreNeverOlderThanPromised()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        await using var other = await LayeredEntryNode.StartAsync(RedisUrl.Parse(server.Url));
        using var run = new EntryStalenessRun([one, other], promised: TimeSpan.FromSeconds(1.5), killing: server);
        await run.RunAsync(TimeSpan.FromSeconds(9));
        run.Problems.Take(5).ShouldBeEmpty();
        run.ServedFromMemory.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Read_KeysOfTheLayout_AreReadBack()
    {
        string[] names = ["chat:v1:1", "{x}", "}", "}}x", "%", "%%", "%tag:x", "%load:x", "%b:{%}x", "*?[]\\", "ünï ✓\n", "a:b{c}d"];
        foreach (var (isCluster, prefix) in ((bool, string)[])[(false, ""), (false, "app:"), (true, ""), (true, "app:")])
        {
            var layout = new EntryLayout(new EntryStoreOptions { KeyPrefix = prefix }, isCluster);
            var reader = new EntryKeyReader(prefix, isCluster);
            foreach (var name in names)
            {
                Read(layout.KeyOf(name)).ShouldBe((EntryKeyKind.Entry, name));
                Read(layout.TagOf(name)).ShouldBe((EntryKeyKind.Tag, name));
                Read(layout.LoadsOf(layout.KeyOf(name))).ShouldBe((EntryKeyKind.None, ""));
                var (held, number) = layout.LockOf(name);
                Read(held).ShouldBe((EntryKeyKind.None, ""));
                Read(number).ShouldBe((EntryKeyKind.None, ""));
            }

            Read(layout.Fences).ShouldBe((EntryKeyKind.None, ""));

            (EntryKeyKind, string) Read(string key) => (reader.Read(Encoding.UTF8.GetBytes(key), out var read), read);
        }
    }

    private static async Task ShouldFollowAsync(LayeredEntryNode one, LayeredEntryNode other)
    {
        string[] keys = [Key, "chat:v1:%odd", "}chat:v1:{x}"];
        for (var n = 1; n <= 4; n++)
        {
            foreach (var key in keys)
            {
                await one.Layered.SetAsync(key, Entry($"{n}"));
                Text(await one.Layered.GetAsync(key)).ShouldBe($"{n}", "its own write");
                await UntilReadAsync(other, key, $"{n}");
                await UntilKeptAsync(other, key);
            }

            switch (n)
            {
                case 1:
                    foreach (var key in keys) await one.Layered.RemoveAsync(key);
                    break;
                case 2: await one.Layered.RemoveByTagAsync(Tag); break;
                case 3:
                    await one.Layered.RemoveByPrefixAsync("chat:");
                    await one.Layered.RemoveByPrefixAsync("}chat:");
                    break;
                default:
                    foreach (var key in keys)
                        await one.Layered.CompleteLoadAsync(key, Entry("loaded"), await one.Layered.BeginLoadAsync(key));
                    break;
            }

            foreach (var key in keys) await UntilReadAsync(other, key, n == 4 ? "loaded" : null);
            (await other.Layered.GetManyAsync(keys)).Select(Text).ShouldAllBe(text => text == (n == 4 ? "loaded" : null));
        }
    }

    private static CacheEntry Entry(string text) => new(Encoding.UTF8.GetBytes(text)) { Tags = [Tag], Ttl = TimeSpan.FromMinutes(5) };

    private static string? Text(CacheEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);

    private static async Task<bool> WrittenAsync(LayeredEntryNode node, string text)
    {
        try
        {
            await node.Shared.SetAsync(Key, Entry(text));
            return true;
        }
        catch (CacheStoreUnavailableException)
        {
            return false; // its connection was killed too
        }
    }

    private static Task UntilReadAsync(LayeredEntryNode node, string key, string? text) =>
        Eventually.BeTrueAsync($"'{text}' is read", async () => Text(await node.Layered.GetAsync(key)) == text);

    // Its own write may be told after the first read, and then it is read a second time.
    private static Task UntilKeptAsync(LayeredEntryNode node, string key) => Eventually.BeTrueAsync("it is kept", async () =>
    {
        var reading = node.Layered.GetAsync(key);
        var isKept = reading.IsCompleted;
        await reading;
        return isKept;
    });
}
