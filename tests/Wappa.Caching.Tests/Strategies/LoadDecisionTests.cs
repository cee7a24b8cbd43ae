namespace Wappa.Caching.Tests.Strategies;

/// <summary>What only the load knows: how long its result is good for, what it belongs to, whether to keep it at all.</summary>
public sealed class LoadDecisionTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_LoadSetsTheTimeToLive_GoesBeforeTheCallsAndThePolicys()
    {
        var cache = _desk.Texts(new() { Ttl = Minute });
        await cache.FetchAsync(Key, (load, _) =>
        {
            load.Ttl.ShouldBe(2 * Minute);
            load.Ttl = 3 * Minute;
            return Task.FromResult("loaded");
        }, ttl: 2 * Minute);
        (await TtlAsync()).ShouldBe(3 * Minute);
    }

    [Fact]
    public async Task FetchAsync_LoadKnowsNoEnd_NeverExpires()
    {
        var cache = _desk.Texts(new() { Ttl = Minute });
        await cache.FetchAsync(Key, (load, _) =>
        {
            load.Ttl = null;
            return Task.FromResult("loaded");
        });
        (await _desk.Store.GetTtlAsync("chat:v1:conversation:123")).ShouldBe(CacheTtl.NoExpiry);
    }

    [Fact]
    public async Task FetchAsync_LoadSetsTags_TheEntryGoesWithThem()
    {
        var cache = _desk.Texts(new() { Tags = ["chat"] });
        await cache.FetchAsync(Key, (load, _) =>
        {
            load.Tags = load.Tags.Add("user:7");
            return Task.FromResult("loaded");
        });
        await cache.InvalidateTagAsync("user:7");
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_TagOfTheResultIsRemovedDuringTheLoad_IsNotStored()
    {
        var cache = _desk.Texts();
        await cache.FetchAsync(Key, async (load, token) =>
        {
            load.Tags = ["user:7"];
            await cache.InvalidateTagAsync("user:7", token);
            return "old";
        });
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_DoNotCache_GoesToTheWaitersOnly()
    {
        var cache = _desk.Texts();
        for (var i = 0; i < 2; i++)
        {
            (await cache.FetchAsync(Key, (load, _) =>
            {
                load.DoNotCache();
                return Task.FromResult($"load {i}");
            })).ShouldBe($"load {i}");
        }
    }

    [Fact]
    public async Task FetchAsync_NullResult_IsAValueLikeAnyOther()
    {
        var cache = new Aside<string?>(_desk.Context, new() { Ttl = Minute });
        var loads = 0;
        for (var i = 0; i < 3; i++)
        {
            (await cache.FetchAsync(Key, _ =>
            {
                loads++;
                return Task.FromResult<string?>(null);
            })).ShouldBeNull();
        }

        loads.ShouldBe(1);
        var found = await cache.TryGetAsync(Key);
        found.IsHit.ShouldBeTrue();
        found.Value.ShouldBeNull();
        found.TryGet(out _).ShouldBeTrue();
        (await cache.TryGetAsync(["never loaded"])).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task FetchAsync_NegativeTtl_NullsLiveShorterAndAreNeverStale()
    {
        var cache = new Aside<string?>(_desk.Context, new() { Ttl = 60 * Minute, StaleIfError = 60 * Minute, NegativeTtl = Minute });
        await cache.FetchAsync(Key, _ => Task.FromResult<string?>(null));
        (await TtlAsync()).ShouldBe(Minute);
        _desk.Time.Advance(Minute);
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
        await cache.FetchAsync(Key, _ => Task.FromResult<string?>("there now"));
        (await TtlAsync()).ShouldBe(120 * Minute);
    }

    [Fact]
    public async Task FetchAsync_NegativeTtlOfZero_NullsAreNotStored()
    {
        var cache = new Aside<string?>(_desk.Context, new() { Ttl = Minute, NegativeTtl = TimeSpan.Zero });
        await cache.FetchAsync(Key, _ => Task.FromResult<string?>(null));
        (await cache.FetchAsync(Key, _ => Task.FromResult<string?>("there now"))).ShouldBe("there now");
    }

    [Fact]
    public async Task FetchAsync_NoJitterAsked_TheTimeToLiveIsExact()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromSeconds(2) });
        for (var i = 0; i < 20; i++)
        {
            await cache.DeleteAsync(Key);
            await cache.FetchAsync(Key, _ => Task.FromResult("loaded"));
            (await TtlAsync()).ShouldBe(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task FetchAsync_Jitter_OnlyEverShortens()
    {
        var cache = _desk.Texts(new() { Ttl = 10 * Minute, Jitter = 2 * Minute });
        List<TimeSpan> lives = [];
        for (var i = 0; i < 50; i++)
        {
            await cache.SetAsync(Key, "set");
            lives.Add((await TtlAsync())!.Value);
        }

        lives.ShouldAllBe(life => life >= 8 * Minute && life <= 10 * Minute);
        lives.Distinct().Count().ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task FetchAsync_LoadChoosesALifeShorterThanTheJitter_LivesAtLeastHalfOfIt()
    {
        var cache = _desk.Texts(new() { Ttl = 10 * Minute, Jitter = 9 * Minute });
        await cache.FetchAsync(Key, _ => Task.FromResult("loaded"), ttl: Minute);
        (await TtlAsync())!.Value.ShouldBeInRange(Minute / 2, Minute);
    }

    [Fact]
    public async Task FetchAsync_StateGivenToTheLoad_NeedsNoClosure()
    {
        var cache = _desk.Texts();
        (await cache.FetchAsync(Key, 7, static (id, _, _) => Task.FromResult($"user {id}"))).ShouldBe("user 7");
        (await cache.FetchAsync(["other"], 7, static (id, load, _) => Task.FromResult($"{load.Ttl}"), new CacheEntryPolicy { Ttl = Minute }))
            .ShouldBe("00:01:00");
        await Should.ThrowAsync<ArgumentException>(async () => await cache.FetchAsync(
            Key, 7, static (id, _, _) => Task.FromResult(""), new CacheEntryPolicy { StaleIfError = Minute }));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await cache.FetchAsync(
            Key, _ => Task.FromResult(""), ttl: TimeSpan.Zero)); // also when it would be a hit
    }

    private async Task<TimeSpan?> TtlAsync() => (await _desk.Store.GetTtlAsync("chat:v1:conversation:123")).Remaining;
}
