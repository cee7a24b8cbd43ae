namespace Wappa.Caching.Tests.Strategies;

/// <summary>A store that does not answer whoever changes it: each change ends, and the caller is told that nobody knows.</summary>
public sealed class HungStoreWriteTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private static readonly Dictionary<string, (Func<Aside<string>, CancellationToken, Task> Change, int Seconds)> Changes = new()
    {
        ["set"] = (async (cache, token) => await cache.SetAsync(Key, "x", cancellationToken: token), 1),
        ["set many"] = (async (cache, token) => await cache.SetManyAsync([new(Key, "x")], cancellationToken: token), 1),
        ["delete"] = (async (cache, token) => await cache.DeleteAsync(Key, token), 1),
        ["invalidate"] = (async (cache, token) => await cache.InvalidateAsync(Key, token), 1),
        ["invalidate tag"] = (async (cache, token) => await cache.InvalidateTagAsync("tag", token), 30),
        ["clear"] = (async (cache, token) => await cache.ClearAsync(token), 30),
    };

    private readonly Desk _desk;
    private TrickStore? _trick;

    public HungStoreWriteTests() => _desk = new Desk(memory => _trick = new TrickStore(memory));

    public static TheoryData<string> All => [.. Changes.Keys];

    private TrickStore Trick => _trick!;

    public void Dispose() => _desk.Dispose();

    [Theory, MemberData(nameof(All))]
    public async Task Change_StoreHangs_EndsWithItsDeadline(string change)
    {
        Trick.Hang("");
        var (begin, seconds) = Changes[change];
        var caller = begin(_desk.Texts(), CancellationToken.None);
        _desk.Time.Advance(TimeSpan.FromSeconds(seconds - 0.001));
        caller.IsCompleted.ShouldBeFalse();
        _desk.Time.Advance(TimeSpan.FromSeconds(0.001));
        var error = await Should.ThrowAsync<CacheStoreTimeoutException>(caller.WaitAsync(TimeSpan.FromSeconds(30)));
        error.OutcomeUnknown.ShouldBeTrue();
        _desk.Time.ActiveTimers.ShouldBe(0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Change_StoreHangsAndIgnoresItsToken_TheCallersTokenEndsTheWait(string change)
    {
        Trick.Hang("");
        using var stop = new CancellationTokenSource();
        var caller = Changes[change].Change(_desk.Texts(), stop.Token);
        await stop.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(caller.WaitAsync(TimeSpan.FromSeconds(30))))
            .CancellationToken.ShouldBe(stop.Token);
    }

    [Fact]
    public async Task SetManyAsync_ThousandsOfEntries_HasADeadlineForEachThousand()
    {
        Trick.Hang("");
        var values = Enumerable.Range(0, 2_500).Select(n => KeyValuePair.Create<CacheKeyParts, string>([n], "x")).ToArray();
        var caller = _desk.Texts().SetManyAsync(values).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(2.9));
        caller.IsCompleted.ShouldBeFalse();
        _desk.Time.Advance(TimeSpan.FromSeconds(0.1));
        await Should.ThrowAsync<CacheStoreTimeoutException>(caller.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task SetAsync_GivenUpAndLandingLater_DoesNotStayOverANewerValue()
    {
        var cache = _desk.Texts();
        var late = new TaskCompletionSource();
        Trick.Before["set"] = _ => late.Task;
        var first = cache.SetAsync(Key, "old").AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<CacheStoreTimeoutException>(first.WaitAsync(TimeSpan.FromSeconds(30)));
        Trick.Before.Clear();
        await cache.SetAsync(Key, "new");
        late.SetResult();
        for (var i = 0; i < 1_000_000 && Trick.Calls("remove") == 0; i++) await Task.Yield();
        (await cache.GetAsync(Key)).ShouldNotBe("old");
    }

    [Fact]
    public async Task SetAsync_StoreGivesUpByItself_HasFailed()
    {
        Trick.Throw("set", new OperationCanceledException());
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await _desk.Texts().SetAsync(Key, "x"));
    }

    [Fact]
    public async Task UpdateAsync_AfterAVersionedSetThatHung_ReachesTheDatabase()
    {
        var cache = new DiskCache<string>(_desk.Context, "settings", version: text => text.Length);
        Trick.Hang("set");
        var set = cache.SetAsync("k", "x").AsTask();
        var hasChanged = new TaskCompletionSource();
        var update = cache.UpdateAsync("k", _ =>
        {
            hasChanged.SetResult();
            return Task.FromResult(true);
        }).AsTask();
        hasChanged.Task.IsCompleted.ShouldBeFalse();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<CacheStoreTimeoutException>(set.WaitAsync(TimeSpan.FromSeconds(30)));
        (await update.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        hasChanged.Task.IsCompleted.ShouldBeTrue();
    }
}
