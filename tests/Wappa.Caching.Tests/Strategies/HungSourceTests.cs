using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A load that never ends: elsewhere it keeps its key's lock for ever, and the replica lives on as a zombie.</summary>
public sealed class HungSourceTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk = new();
    private readonly Source<string> _source = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_LoadNeverEnds_TimesOutByDefaultAndFreesTheKey()
    {
        var cache = _desk.Texts();
        var waiting = Enumerable.Range(0, 3).Select(_ => cache.FetchAsync(Key, _source.LoadAsync).AsTask()).ToArray();
        _desk.Time.Advance(TimeSpan.FromSeconds(30));
        foreach (var caller in waiting)
            (await Should.ThrowAsync<CacheLoadTimeoutException>(caller)).Timeout.ShouldBe(TimeSpan.FromSeconds(30));
        _desk.Log.Of(LogLevel.Warning).Count().ShouldBe(1);

        (await cache.FetchAsync(Key, _ => Task.FromResult("another load"))).ShouldBe("another load");
        _source.Tokens.Single().IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task FetchAsync_LoadEndsAtTheLastMoment_IsNotATimeout()
    {
        var cache = _desk.Texts(new() { HardTimeout = TimeSpan.FromMilliseconds(200) });
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromMilliseconds(199.9999));
        _source.Answer("just in time");
        (await caller).ShouldBe("just in time");
        _desk.Time.Advance(TimeSpan.FromHours(1));
        _desk.Time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_LoadEndsAfterItsDeadline_IsStillStored()
    {
        var cache = _desk.Texts();
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(31));
        await Should.ThrowAsync<CacheLoadTimeoutException>(caller);
        _source.Answer("late");
        await EventuallyAsync(async () => (await cache.GetAsync(Key)) == "late");
    }

    [Fact]
    public async Task FetchAsync_LoadEndsAfterItsDeadlineAndAfterANewerOne_IsNotStored()
    {
        var cache = _desk.Texts();
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(31));
        await Should.ThrowAsync<CacheLoadTimeoutException>(caller);
        (await cache.FetchAsync(Key, _ => Task.FromResult("newer"))).ShouldBe("newer");

        var landings = cache.Landings;
        _source.Answer("late");
        await EventuallyAsync(() => Task.FromResult(cache.Landings > landings));
        (await cache.GetAsync(Key)).ShouldBe("newer");
    }

    [Fact]
    public async Task FetchAsync_LoadBlocksTheThreadOfItsStarter_OthersStillTimeOut()
    {
        var cache = _desk.Texts();
        using var blocked = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var starter = Task.Run(async () => await cache.FetchAsync(Key, _ =>
        {
            blocked.Set();
            release.Wait(CancellationToken.None);
            return Task.FromResult("late");
        }));
        blocked.Wait();

        var other = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<CacheLoadTimeoutException>(other);
        (await cache.FetchAsync(Key, _ => Task.FromResult("free"))).ShouldBe("free");
        release.Set();
        await Should.ThrowAsync<CacheLoadTimeoutException>(starter);
    }

    [Fact]
    public async Task FetchAsync_NoHardTimeout_WaitsAsLongAsItTakes()
    {
        var cache = _desk.Texts(new() { HardTimeout = null });
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromDays(1));
        _source.Answer("at last");
        (await caller).ShouldBe("at last");
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 100_000 && !await condition(); i++) await Task.Yield();
        (await condition()).ShouldBeTrue();
    }
}
