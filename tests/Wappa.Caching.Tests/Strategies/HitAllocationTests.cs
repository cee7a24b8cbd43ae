namespace Wappa.Caching.Tests.Strategies;

/// <summary>A hit in memory of an immutable value allocates nothing, and concurrent waiters next to nothing.</summary>
public sealed class HitAllocationTests : IDisposable
{
    private static readonly Guid Id = Guid.NewGuid();

    private readonly Desk _desk = new();
    private readonly CacheStrategyContext _system;
    private readonly MemoryCacheStore _store = new();

    public HitAllocationTests() => _system = new CacheStrategyContext(_store);

    public void Dispose()
    {
        _desk.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void GetAsync_Hit_AllocatesNothing()
    {
        var cache = new Aside<string>(_system, new() { Ttl = TimeSpan.FromHours(1), StaleIfError = TimeSpan.FromHours(1), EagerRefresh = 0.9 });
        var loading = new Loading<string>(_system, (_, _, _) => Task.FromResult("loaded"), new() { Ttl = TimeSpan.FromHours(1) });
        Set(cache, ["conversation", 123, "messages"]);
        Set(cache, ["user", Id]);
        Bytes(() => cache.GetAsync(["conversation", 123, "messages"])).ShouldBe(0);
        Bytes(() => cache.GetAsync(["user", Id])).ShouldBe(0);
        Bytes(() => cache.FetchAsync(["conversation", 123, "messages"], 7, static (_, _, _) => Task.FromResult("never"))).ShouldBe(0);
        Bytes(() => cache.FetchAsync(["conversation", 123, "messages"], 7, static (_, _, _) => Task.FromResult("never"), TimeSpan.FromDays(1)))
            .ShouldBe(0);
        Bytes(() => loading.GetAsync(["conversation", 123, "messages"])).ShouldBe(0);
    }

    [Fact]
    public void TryGetAsync_Hit_AllocatesNothing()
    {
        var cache = new Aside<string>(_system);
        Set(cache, ["conversation", 123]);
        Bytes(() => cache.TryGetAsync(["conversation", 123])).ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_TenThousandWaiters_TakeAtMost150BytesEach()
    {
        var cache = new Aside<string>(_system);
        var source = new Source<string>();
        Func<CancellationToken, Task<string>> load = source.LoadAsync;
        var first = cache.FetchAsync(["waited", 1], load).AsTask();
        var waiting = new Task<string>[10_000];
        waiting[0] = cache.FetchAsync(["waited", 1], load).AsTask();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < waiting.Length; i++) waiting[i] = cache.FetchAsync(["waited", 1], load).AsTask();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (waiting.Length - 1.0);
        source.Answer("loaded");
        foreach (var waiter in waiting) (await waiter).ShouldBe("loaded");
        (await first).ShouldBe("loaded");
        each.ShouldBeLessThan(150);
    }

    private static void Set(Aside<string> cache, in CacheKeyParts key) => cache.SetAsync(key, "value").AsTask().GetAwaiter().GetResult();

    private static long Bytes<T>(Func<ValueTask<T>> read)
    {
        for (var i = 0; i < 100; i++) read().AsTask().GetAwaiter().GetResult();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            var value = read();
            if (!value.IsCompletedSuccessfully) throw new InvalidOperationException("not a hit");
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
