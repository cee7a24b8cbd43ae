using Microsoft.Extensions.Logging;
using Wappa.Caching.Statistics;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>Values past their time to live: served while a load runs, when it fails, and not a moment longer.</summary>
public sealed class StaleValueTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Desk _desk = new();
    private readonly Source<string> _source = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_WithinStaleWhileRevalidate_AnswersAtOnceAndLoadsOnceInTheBackground()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleWhileRevalidate = Minute });
        _desk.Time.Advance(Minute);
        for (var i = 0; i < 100; i++) (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        await _source.BegunAsync(1);
        _source.Answer("new");
        await EventuallyAsync(async () => await cache.GetAsync(Key) == "new");
        _source.Loads.ShouldBe(1);
        cache.Count(CacheCount.StaleHits).ShouldBe(100);
    }

    [Fact]
    public async Task FetchAsync_AMomentBeforeItsTimeToLiveEnds_IsFresh()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleWhileRevalidate = Minute });
        _desk.Time.Advance(Minute - TimeSpan.FromTicks(1));
        (await cache.TryGetAsync(Key)).IsStale.ShouldBeFalse();
        _desk.Time.Advance(TimeSpan.FromTicks(1));
        (await cache.TryGetAsync(Key)).IsStale.ShouldBeTrue();
        (await cache.GetAsync(Key)).ShouldBeNull(); // who does not ask for stale values gets none
        _desk.Time.Advance(Minute);
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_PastStaleWhileRevalidate_WaitsForTheLoad()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleWhileRevalidate = Minute });
        _desk.Time.Advance(2 * Minute);
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        caller.IsCompleted.ShouldBeFalse();
        _source.Answer("new");
        (await caller).ShouldBe("new");
    }

    [Fact]
    public async Task FetchAsync_LoadFailsWithinStaleIfError_ReturnsTheOldValueAndPauses()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleIfError = 10 * Minute });
        _desk.Time.Advance(Minute);
        (await cache.FetchAsync(Key, _ => throw new IOException())).ShouldBe("old");
        _desk.Log.Of(LogLevel.Warning).Count().ShouldBe(1);

        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old"); // no new attempt within the pause
        _source.Loads.ShouldBe(0);
        _desk.Time.Advance(TimeSpan.FromSeconds(5));
        (await cache.FetchAsync(Key, _ => Task.FromResult("new"))).ShouldBe("new");
        (await cache.GetAsync(Key)).ShouldBe("new");
    }

    [Fact]
    public async Task FetchAsync_LoadFailsPastStaleIfError_Throws()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleIfError = Minute });
        _desk.Time.Advance(2 * Minute);
        await Should.ThrowAsync<IOException>(async () => await cache.FetchAsync(Key, _ => throw new IOException()));
    }

    [Fact]
    public async Task FetchAsync_RefreshInTheBackgroundFails_IsNotTriedAgainWithEachHit()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleWhileRevalidate = Minute });
        _desk.Time.Advance(Minute);
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        await _source.BegunAsync(1);
        _source.Fail(new IOException());
        await EventuallyAsync(() => Task.FromResult(cache.Flights == 0));

        for (var i = 0; i < 10; i++) (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        _source.Loads.ShouldBe(1);
        _desk.Time.Advance(TimeSpan.FromSeconds(5));
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        await _source.BegunAsync(2);
        _source.Answer("new");
    }

    [Fact]
    public async Task FetchAsync_LoadTakesLongerThanTheSoftTimeout_ReturnsTheOldValueAndTheLoadGoesOn()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleIfError = 10 * Minute });
        _desk.Time.Advance(Minute);
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(1)); // the default
        (await caller).ShouldBe("old");
        _source.Tokens.Single().IsCancellationRequested.ShouldBeFalse();
        _source.Answer("new");
        await EventuallyAsync(async () => await cache.GetAsync(Key) == "new");
    }

    [Fact]
    public async Task FetchAsync_LoadIsSlowAlready_LaterCallersDoNotWaitAnew()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleIfError = 10 * Minute });
        _desk.Time.Advance(Minute);
        var first = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        (await first).ShouldBe("old");
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old"); // at once: nobody moves the clock
        _source.Loads.ShouldBe(1);
        _source.Answer("new");
    }

    [Fact]
    public async Task FetchAsync_LoadTakesLongerThanTheHardTimeout_ReturnsTheOldValue()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleIfError = 10 * Minute, SoftTimeout = null });
        _desk.Time.Advance(Minute);
        var caller = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(30));
        (await caller).ShouldBe("old");
        (await cache.FetchAsync(Key, _ => throw new IOException("not asked within the pause"))).ShouldBe("old");
    }

    [Fact]
    public async Task FetchAsync_PastTheEagerShare_AnswersFreshAndLoadsInTheBackground()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, EagerRefresh = 0.8 });
        _desk.Time.Advance(TimeSpan.FromSeconds(47));
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        _source.Loads.ShouldBe(0);
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("old");
        await _source.BegunAsync(1);
        _source.Answer("new");
        await EventuallyAsync(async () => await cache.GetAsync(Key) == "new");
        cache.Count(CacheCount.StaleHits).ShouldBe(0);
        _desk.Time.Advance(TimeSpan.FromSeconds(59)); // it lives from its own load on
        (await cache.GetAsync(Key)).ShouldBe("new");
        _source.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task FetchAsync_CallerOfARefreshIsGone_TheLoadIsNotCancelled()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleWhileRevalidate = Minute });
        _desk.Time.Advance(Minute);
        using var caller = new CancellationTokenSource();
        (await cache.FetchAsync(Key, _source.LoadAsync, cancellationToken: caller.Token)).ShouldBe("old");
        await _source.BegunAsync(1);
        await caller.CancelAsync();
        _source.Tokens.Single().IsCancellationRequested.ShouldBeFalse();
        _source.Answer("new");
    }

    [Fact]
    public async Task FetchAsync_RefreshThatIsNotToBeCached_IsNotTriedAgainWithEachHit()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleWhileRevalidate = Minute });
        _desk.Time.Advance(Minute);
        var loads = 0;
        for (var i = 0; i < 10; i++)
        {
            (await cache.FetchAsync(Key, (load, _) =>
            {
                loads++;
                load.DoNotCache();
                return Task.FromResult("not kept");
            })).ShouldBe("old");
            await EventuallyAsync(() => Task.FromResult(cache.Flights == 0));
        }

        loads.ShouldBe(1);
    }

    [Fact]
    public async Task FetchAsync_StaleWindows_DoNotShortenTheTimeToLiveOfTheCall()
    {
        var cache = await FilledAsync(new() { StaleWhileRevalidate = TimeSpan.FromSeconds(2), Ttl = Minute });
        (await cache.FetchAsync(["other"], _ => Task.FromResult("long"), ttl: TimeSpan.FromHours(1))).ShouldBe("long");
        _desk.Time.Advance(TimeSpan.FromMinutes(59));
        (await cache.TryGetAsync(["other"])).IsStale.ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_LoadGetsTheStaleValue_AndMayReturnItAgain()
    {
        var cache = await FilledAsync(new() { Ttl = Minute, StaleIfError = 10 * Minute });
        (await cache.FetchAsync(["none"], (load, _) => Task.FromResult($"{load.HasStale} {load.TryGetStale<string>(out var _)}")))
            .ShouldBe("False False");
        _desk.Time.Advance(Minute);
        (await cache.FetchAsync(Key, (load, _) =>
        {
            load.TryGetStale<int>(out var _).ShouldBeFalse();
            load.TryGetStale<string>(out var old).ShouldBeTrue();
            return Task.FromResult($"{old}, not changed");
        })).ShouldBe("old, not changed");
    }

    [Fact]
    public async Task TryGetAsync_SlidingTtl_LivesAsLongAsItIsRead()
    {
        var cache = await FilledAsync(new() { Ttl = 3 * Minute, SlidingTtl = Minute });
        for (var i = 0; i < 3; i++)
        {
            _desk.Time.Advance(TimeSpan.FromSeconds(55));
            (await cache.GetAsync(Key)).ShouldBe("old");
        }

        _desk.Time.Advance(TimeSpan.FromSeconds(15)); // three minutes are over
        (await cache.GetAsync(Key)).ShouldBeNull();
    }

    private async Task<Aside<string>> FilledAsync(CacheEntryPolicy policy)
    {
        var cache = _desk.Texts(policy);
        await cache.FetchAsync(Key, _ => Task.FromResult("old"));
        return cache;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 100_000 && !await condition(); i++) await Task.Yield();
        (await condition()).ShouldBeTrue();
    }
}
