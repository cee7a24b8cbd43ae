using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.WriteThrough;

/// <summary>Two nodes that write one key through one shared store.</summary>
public sealed class TwoNodesTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryCacheStore _memory;
    private readonly LockingStore _store;
    private readonly Rows _rows = new();

    public TwoNodesTests()
    {
        _memory = new MemoryCacheStore(time: _time);
        _store = new LockingStore(_memory);
    }

    public void Dispose() => _memory.Dispose();

    [Fact]
    public async Task WriteAsync_WithoutLock_AnOlderValueThatStaysIsGoneWithItsTimeToLive()
    {
        var policy = new CacheEntryPolicy { Ttl = TimeSpan.FromMinutes(5) };
        var (one, other) = (Node(policy), Node(policy));
        await one.WriteAsync(["a"], "1", async () =>
        {
            await _rows.WriteAsync("a", "1");
            await other.WriteAsync("a", "2"); // between this node's database write and its cache write
        });
        _rows["a"].ShouldBe("2");
        (await other.ReadAsync("a")).ShouldBe("1"); // the price, as the README says
        _time.Advance(TimeSpan.FromMinutes(5));
        (await other.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_WithClusterLock_TheOtherNodeWaitsAndTheNewerValueStays()
    {
        var policy = new CacheEntryPolicy { ClusterLock = true };
        var (one, other) = (Node(policy), Node(policy));
        var gate = new TaskCompletionSource();
        _rows.BeforeWrite = value => value == "1" ? gate.Task : Task.CompletedTask;
        var first = one.WriteAsync("a", "1").AsTask();
        var second = other.WriteAsync("a", "2").AsTask();
        second.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await Task.WhenAll(first, second);
        _rows.Writes.ShouldBe(["1", "2"]);
        (await one.ReadAsync("a")).ShouldBe("2");
        _store.Held.ShouldBe(0);
    }

    [Fact]
    public async Task UpdateAsync_WithClusterLock_LoadsWithinItsTurnAndLosesNothing()
    {
        var policy = new CacheEntryPolicy { ClusterLock = true };
        var (one, other) = (Node(policy), Node(policy));
        _rows["a"] = "";
        await Parallel.ForAsync(0, 100, async (n, token) => await (n % 2 == 0 ? one : other).AppendAsync("a", "x", token));
        _rows["a"].Length.ShouldBe(100);
    }

    [Fact]
    public async Task WriteAsync_LockFailsOrHangs_TheWriteGoesOnWithoutIt()
    {
        var node = Node(new() { ClusterLock = true, HardTimeout = TimeSpan.FromSeconds(2) });
        _store.Taking = _ => Task.FromException<ILoadLock?>(new CacheStoreUnavailableException("down"));
        await node.WriteAsync("a", "1");
        var late = new TaskCompletionSource<ILoadLock?>();
        _store.Taking = _ => late.Task;
        var write = node.WriteAsync("a", "2").AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        await write.WaitAsync(TimeSpan.FromSeconds(30));
        _rows["a"].ShouldBe("2");
        var held = new LockingStore.HeldLock(() => { });
        late.SetResult(held);
        await held.Released.WaitAsync(TimeSpan.FromSeconds(30)); // given after all, it is given back
    }

    [Fact]
    public async Task WriteAsync_ClusterLockInAnApp_TakesTheLockThroughAllTheAppPutsOverItsStore()
    {
        await using var app = new ServiceCollection()
            .AddSingleton<TimeProvider>(_time)
            .AddWappaCaching(caching => caching
                .UseStores("locking", _ => new MemoryDocumentStore(), _ => _store)
                .CompressEntries())
            .BuildServiceProvider();
        var cache = new RowCache(app.GetRequiredService<CacheStrategyContext>(), _rows, new() { ClusterLock = true });
        await cache.WriteAsync("a", "1");
        _store.Taken.ShouldBe(1);
        _store.Held.ShouldBe(0);
    }

    private RowCache Node(CacheEntryPolicy policy) => new(new CacheStrategyContext(_store, time: _time), _rows, policy);
}
