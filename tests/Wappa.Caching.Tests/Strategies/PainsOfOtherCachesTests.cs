using Microsoft.Extensions.Logging;
using Wappa.Caching.Layering;
using Wappa.Caching.Tests.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>What users of caches complain of elsewhere, as far as no other suite has a test of that name.</summary>
public sealed class PainsOfOtherCachesTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Invalidation_ToldToNodesThatHoldTheKey_MakesNoneOfThemReadTheStoreOrTheSource()
    {
        const int Nodes = 20;
        var time = new ManualTimeProvider();
        using var memory = new MemoryCacheStore(time: time);
        var feed = new FakeFeed<IEntryChangeListener>();
        var shared = new ToldCacheStore(memory, feed.Tell);
        var loads = 0;
        var nodes = new List<(LayeredCacheStore Store, Aside<string> Cache)>();
        for (var i = 0; i < Nodes; i++)
        {
            var layered = new LayeredCacheStore(shared, feed, null, time);
            await layered.StartAsync();
            nodes.Add((layered, new Aside<string>(new CacheStrategyContext(layered, time: time))));
        }

        foreach (var (_, cache) in nodes) (await LoadAsync(cache)).ShouldBe("load 1");
        await LoadAsync(nodes[0].Cache); // what a node has stored, it keeps from the first read on
        foreach (var (store, _) in nodes) store.Count.ShouldBe(1);
        var reads = shared.Reads;
        await nodes[0].Cache.InvalidateAsync(Key);
        foreach (var (store, _) in nodes) store.Count.ShouldBe(0);
        shared.Reads.ShouldBe(reads, "who holds a key and is not asked for it has no reason to read it again");

        (await LoadAsync(nodes[5].Cache)).ShouldBe("load 2");
        (await LoadAsync(nodes[5].Cache)).ShouldBe("load 2");
        loads.ShouldBe(2);
        (shared.Reads - reads).ShouldBeLessThanOrEqualTo(2, "one node was asked: one look before its load, and the read of what it stored");
        foreach (var (store, _) in nodes) await store.DisposeAsync();

        ValueTask<string> LoadAsync(Aside<string> cache) => cache.FetchAsync(Key, _ => Task.FromResult($"load {Interlocked.Increment(ref loads)}"));
    }

    [Fact]
    public async Task InvalidateTag_OfAHundredThousandTagsThatNobodyCarries_KeepsNothingOfThem()
    {
        using var memory = new MemoryCacheStore();
        var cache = new Aside<string>(new CacheStrategyContext(memory));
        await cache.FetchAsync(Key, _ => Task.FromResult("x"));
        await InvalidateAsync("warm", 1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var kept = GC.GetTotalMemory(forceFullCollection: true);
        await InvalidateAsync("tag", 100_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        memory.Table.Tags.Count.ShouldBe(0);
        (GC.GetTotalMemory(forceFullCollection: true) - kept).ShouldBeLessThan(Math.Max(allocated / 2, 8 << 20), "144 bytes a tag were kept elsewhere");
        (await cache.GetAsync(Key)).ShouldBe("x");

        async Task InvalidateAsync(string name, int tags)
        {
            for (var i = 0; i < tags; i++) await cache.InvalidateTagAsync($"{name}:{i}");
        }
    }

    [Fact]
    public async Task Cancellation_OfACaller_IsNotLoggedAsAnError()
    {
        var source = new Source<string>();
        var cache = _desk.Texts();
        using var cancel = new CancellationTokenSource();
        var caller = cache.FetchAsync(Key, source.LoadAsync, cancellationToken: cancel.Token).AsTask();
        await source.BegunAsync(1);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(caller);
        _desk.Log.Lines.ShouldAllBe(line => line.Level < LogLevel.Warning);
    }

    [Fact]
    public async Task Refresh_CancelledByTheCallerThatStartedIt_GoesOnAndLeavesNoLock()
    {
        var source = new Source<string>();
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromMinutes(10), EagerRefresh = 0.5 });
        await cache.SetAsync(Key, "old");
        _desk.Time.Advance(TimeSpan.FromMinutes(6));
        using var cancel = new CancellationTokenSource();
        (await cache.FetchAsync(Key, source.LoadAsync, cancellationToken: cancel.Token)).ShouldBe("old");
        await source.BegunAsync(1);
        await cancel.CancelAsync();
        source.Tokens.ShouldHaveSingleItem().IsCancellationRequested.ShouldBeFalse();
        source.Answer("new");
        for (var i = 0; i < 1_000_000 && cache.Flights > 0; i++) await Task.Yield();
        (await cache.GetAsync(Key)).ShouldBe("new");
    }

    [Fact]
    public async Task Counter_ChangedByManyAtOnce_LosesNoIncrement()
    {
        var rows = new WriteThrough.Rows { ["n"] = "" };
        var cache = new WriteThrough.RowCache(_desk.Context, rows);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await cache.AppendAsync("n", "+"))));
        rows["n"].Length.ShouldBe(200);
        (await cache.ReadAsync("n")).Length.ShouldBe(200);
    }

    [Fact]
    public async Task StaleWindow_Set_LeavesTheTimeToLiveAsItIs()
    {
        var cache = _desk.Texts(new()
        {
            Ttl = TimeSpan.FromMinutes(10), StaleIfError = TimeSpan.FromSeconds(10), StaleWhileRevalidate = TimeSpan.FromSeconds(5),
        });
        await cache.SetAsync(Key, "x");
        _desk.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        (await cache.TryGetAsync(Key)).IsStale.ShouldBeFalse();
        _desk.Time.Advance(TimeSpan.FromTicks(1));
        (await cache.TryGetAsync(Key)).IsStale.ShouldBeTrue();
    }
}
