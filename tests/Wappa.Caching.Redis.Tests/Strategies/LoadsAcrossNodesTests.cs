using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Tests.Entries;

namespace Wappa.Caching.Redis.Tests.Strategies;

/// <summary>Strategies of two nodes over one Redis.</summary>
public sealed class LoadsAcrossNodesTests : EntryFixture
{
    private static readonly CacheKeyParts Parts = ["conversation", 123];

    [Fact]
    public async Task FetchAsync_ClusterLock_OneNodeLoadsForBoth()
    {
        var (here, there) = (Node(clusterLock: true), Node(clusterLock: true));
        var (loads, begun, gate) = (0, new TaskCompletionSource(), new TaskCompletionSource<string>());
        Func<CancellationToken, Task<string>> load = _ =>
        {
            Interlocked.Increment(ref loads);
            begun.TrySetResult();
            return gate.Task;
        };
        var first = here.FetchAsync(Parts, load).AsTask();
        await begun.Task;
        var others = Enumerable.Range(0, 50).Select(_ => there.FetchAsync(Parts, load).AsTask()).ToArray();
        gate.SetResult("loaded");
        (await first).ShouldBe("loaded");
        (await Task.WhenAll(others)).ShouldAllBe(value => value == "loaded");
        loads.ShouldBe(1);
    }

    [Theory, InlineData("delete"), InlineData("tag"), InlineData("clear"), InlineData("set")]
    public async Task FetchAsync_AnotherNodeChangesTheEntryDuringTheLoad_TheLoadIsNotStored(string change)
    {
        var (here, there) = (Node(), Node());
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        var early = here.FetchAsync(Parts, _ =>
        {
            begun.SetResult();
            return gate.Task;
        }).AsTask();
        await begun.Task;
        switch (change)
        {
            case "delete": await there.DeleteAsync(Parts); break;
            case "tag": await there.InvalidateTagAsync("chat"); break;
            case "clear": await there.ClearAsync(); break;
            default: await there.SetAsync(Parts, "set"); break;
        }

        gate.SetResult("old");
        (await early).ShouldBe("old");
        (await here.GetAsync(Parts)).ShouldBe(change == "set" ? "set" : null);
    }

    private Texts Node(bool clusterLock = false) =>
        new(new CacheStrategyContext(new RedisCacheStore(Harness.Client, Harness.Options)), clusterLock);

    private sealed class Texts(CacheStrategyContext context, bool clusterLock) : CacheAsideStrategy<string>(
        context, "chat", new CacheEntryPolicy { Ttl = TimeSpan.FromMinutes(1), Tags = ["chat"], ClusterLock = clusterLock });
}
