using Wappa.Caching.Stores;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>Two nodes over one store whose locks both see.</summary>
public sealed class ClusterLockTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];
    private static readonly CacheEntryPolicy Locked = new() { ClusterLock = true };

    private readonly LockingStore _store;
    private readonly Desk _one;
    private readonly Source<string> _source = new();

    public ClusterLockTests()
    {
        LockingStore? store = null;
        _one = new Desk(memory => store = new LockingStore(memory));
        _store = store!;
    }

    public void Dispose() => _one.Dispose();

    [Fact]
    public async Task FetchAsync_TwoNodesMissTheSameKey_OneLoads()
    {
        var here = _one.Texts(Locked);
        var there = new Aside<string>(new CacheStrategyContext(_store, time: _one.Time), Locked);
        var first = here.FetchAsync(Key, _source.LoadAsync).AsTask();
        var second = there.FetchAsync(Key, _source.LoadAsync).AsTask();
        _source.Answer("loaded");
        (await first).ShouldBe("loaded");
        (await second).ShouldBe("loaded");
        _source.Loads.ShouldBe(1);
        _store.Held.ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_NotAskedFor_TakesNoLock()
    {
        await _one.Texts().FetchAsync(Key, _ => Task.FromResult("loaded"));
        _store.Taken.ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_LockIsNotToBeHad_LoadsWithoutIt()
    {
        _store.Taking = _ => Task.FromResult<ILoadLock?>(null);
        (await _one.Texts(Locked).FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("loaded");
        _store.Patience.ShouldBe(TimeSpan.FromSeconds(15)); // half of what the load has
    }

    [Fact]
    public async Task FetchAsync_LockFails_LoadsWithoutItOrIsStrict()
    {
        _store.Taking = _ => Task.FromException<ILoadLock?>(TrickStore.Down);
        (await _one.Texts(Locked).FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("loaded");
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
            await _one.Texts(Locked with { Strict = true }).FetchAsync(["other"], _ => Task.FromResult("loaded")));
    }

    [Fact]
    public async Task FetchAsync_LockNeverAnswers_LoadsWithoutItAndLetsGoOfALateOne()
    {
        var late = new TaskCompletionSource<ILoadLock?>();
        _store.Taking = _ => late.Task;
        var caller = _one.Texts(Locked).FetchAsync(Key, _ => Task.FromResult("loaded")).AsTask();
        _one.Time.Advance(TimeSpan.FromSeconds(16));
        (await caller.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("loaded");
        var held = new LockingStore.HeldLock(() => { });
        late.SetResult(held);
        await held.Released.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task FetchAsync_LoadFails_LetsGoOfTheLock()
    {
        await Should.ThrowAsync<IOException>(async () => await _one.Texts(Locked).FetchAsync(Key, _ => throw new IOException()));
        (_store.Taken, _store.Held).ShouldBe((1, 0));
    }

    [Fact]
    public async Task FetchAsync_CallerLeavesWhileItWaitsForTheLock_TheWaitEnds()
    {
        var taking = new TaskCompletionSource<CancellationToken>();
        _store.Taking = token =>
        {
            taking.SetResult(token);
            return new TaskCompletionSource<ILoadLock?>().Task;
        };
        using var caller = new CancellationTokenSource();
        var waiting = _one.Texts(Locked).FetchAsync(Key, _source.LoadAsync, cancellationToken: caller.Token).AsTask();
        var token = await taking.Task;
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        token.IsCancellationRequested.ShouldBeTrue();
        _source.Loads.ShouldBe(0);
    }
}
