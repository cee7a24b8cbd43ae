using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>What each way to use the cache does about each way its store can fail. Rows and columns by name; what is special to one of
/// them is in its own tests.</summary>
public sealed class FailureMatrixTests : IDisposable
{
    private readonly Desk _desk;
    private readonly TaskCompletionSource _late = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TrickStore? _trick;

    public FailureMatrixTests() => _desk = new Desk(memory => _trick = new TrickStore(memory));

    public static TheoryData<string, string> ReadsWithASource =>
        [.. StoreUser.WithASource.SelectMany(_ => Misbehaviour.OfReads, (user, how) => (user, how))];

    public static TheoryData<string, string> StrictReads =>
        [.. new[] { "cache-aside", "write-through", "HybridCache" }.SelectMany(_ => Misbehaviour.OfReads, (user, how) => (user, how))];

    public static TheoryData<string, string> WritesThatStand =>
        [.. new[] { "write-through", "write-behind", "memoized" }.SelectMany(_ => Misbehaviour.OfWrites, (user, how) => (user, how))];

    public static TheoryData<string, string> WritesOfTheCacheAlone =>
        [.. new[] { "HybridCache", "IDistributedCache" }.SelectMany(_ => new[] { "throws", "hangs", "answers late" }, (user, how) => (user, how))];

    private TrickStore Trick => _trick!;

    public void Dispose() => _desk.Dispose();

    [Theory, MemberData(nameof(ReadsWithASource))]
    public async Task Read_StoreMisbehaves_ComesFromTheSourceInTimeAndIsRightAfterwards(string user, string how)
    {
        await using var by = StoreUser.Of(user, _desk.Context);
        (await by.ReadAsync()).ShouldBe("old");
        by.Row = "new";
        Misbehaviour.Begin(Trick, how, ofWrites: false, _late.Task);
        (await InTimeAsync(by.ReadAsync())).ShouldBe("new");
        if (how != "forgets") _desk.Log.Of(LogLevel.Error).ShouldNotBeEmpty("a failure that nobody hears of is not mended");

        Misbehaviour.End(Trick);
        _late.TrySetResult();
        await by.WriteAsync("newest");
        for (var i = 0; i < 100; i++) await Task.Yield(); // what was late has landed by now
        (await by.ReadAsync()).ShouldBe("newest");
    }

    [Theory, MemberData(nameof(StrictReads))]
    public async Task Read_Strict_CallerIsToldInTime(string user, string how)
    {
        await using var by = StoreUser.Of(user, _desk.Context, strict: true);
        await by.ReadAsync();
        by.Row = "new";
        Misbehaviour.Begin(Trick, how, ofWrites: false, _late.Task);
        if (how == "forgets") (await InTimeAsync(by.ReadAsync())).ShouldBe("new", "a store that forgets has not failed");
        else await Should.ThrowAsync<CacheStoreException>(InTimeAsync(by.ReadAsync()));
        _late.TrySetResult();
    }

    [Theory, MemberData(nameof(WritesThatStand))]
    public async Task Write_StoreMisbehaves_StandsInTheDatabaseAndTheOldEntryGoes(string user, string how)
    {
        await using var by = StoreUser.Of(user, _desk.Context);
        await by.ReadAsync();
        Misbehaviour.Begin(Trick, how, ofWrites: true, _late.Task);
        await InTimeAsync(by.WriteAsync("new"));
        by.Row.ShouldBe("new");
        if (how == "says stored and keeps the old") return; // nobody can know; the time to live is what bounds it

        _desk.Log.Of(LogLevel.Error).ShouldNotBeEmpty();
        Misbehaviour.End(Trick);
        _late.TrySetResult();
        for (var i = 0; i < 100 && await by.ReadAsync() != "new"; i++) await PassAsync();
        (await by.ReadAsync()).ShouldBe("new");
    }

    [Theory, MemberData(nameof(WritesOfTheCacheAlone))]
    public async Task Write_OfTheCacheAlone_CallerIsToldInTime(string user, string how)
    {
        await using var by = StoreUser.Of(user, _desk.Context);
        await by.ReadAsync();
        Misbehaviour.Begin(Trick, how, ofWrites: true, _late.Task);
        var error = await Should.ThrowAsync<CacheStoreException>(InTimeAsync(by.WriteAsync("new")));
        error.OutcomeUnknown.ShouldBe(how != "throws", "what is told late may have happened");
        _late.TrySetResult();
    }

    [Theory, InlineData("throws"), InlineData("hangs"), InlineData("answers late"), InlineData("gives rubbish"), InlineData("forgets")]
    public async Task Read_ByIDistributedCache_HasNoSourceSoTheCallerIsTold(string how)
    {
        await using var by = StoreUser.Of("IDistributedCache", _desk.Context);
        await by.WriteAsync("old");
        Misbehaviour.Begin(Trick, how, ofWrites: false, _late.Task);
        switch (how)
        {
            case "gives rubbish": (await by.ReadAsync()).ShouldBe("}rubbish", "its values are bytes, and any bytes are a value"); break;
            case "forgets": (await by.ReadAsync()).ShouldBeNull(); break;
            default: await Should.ThrowAsync<CacheStoreException>(InTimeAsync(by.ReadAsync())); break;
        }

        Misbehaviour.End(Trick);
        _late.TrySetResult();
        (await by.ReadAsync()).ShouldBe("old");
    }

    [Theory, InlineData("throws"), InlineData("hangs"), InlineData("answers late"), InlineData("gives rubbish"), InlineData("forgets")]
    public async Task Read_WithoutALoad_IsAMissInTime(string how)
    {
        var cache = _desk.Texts();
        await cache.SetAsync(["k"], "old");
        Misbehaviour.Begin(Trick, how, ofWrites: false, _late.Task);
        (await InTimeAsync(cache.GetAsync(["k"]).AsTask())).ShouldBeNull();
        (await InTimeAsync(cache.TryGetAsync(["k"]).AsTask())).IsHit.ShouldBeFalse();
        (await InTimeAsync(cache.GetManyAsync([["k"], ["l"]]).AsTask())).ShouldAllBe(found => !found.IsHit);
        Misbehaviour.End(Trick);
        _late.TrySetResult();
        (await cache.GetAsync(["k"])).ShouldBe("old");
    }

    [Fact]
    public async Task Write_CacheAsideStoreKeepsWhatItSaidItRemoved_IsServedUntilItsTimeToLiveEnds()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromMinutes(1) });
        await cache.SetAsync(["k"], "old");
        Trick.Ignored["remove"] = true;
        await cache.InvalidateAsync(["k"]);
        (await cache.FetchAsync(["k"], _ => Task.FromResult("new"))).ShouldBe("old");
        _desk.Time.Advance(TimeSpan.FromMinutes(1));
        (await cache.FetchAsync(["k"], _ => Task.FromResult("new"))).ShouldBe("new");
    }

    // A few seconds of the store's clock: no operation may cost its caller more than its deadlines.
    private async Task InTimeAsync(Task call)
    {
        for (var i = 0; i < 12 && !call.IsCompleted; i++)
        {
            for (var j = 0; j < 2_000 && !call.IsCompleted; j++) await Task.Yield();
            if (!call.IsCompleted) _desk.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await call.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task<T> InTimeAsync<T>(Task<T> call)
    {
        await InTimeAsync((Task)call);
        return await call;
    }

    private async Task PassAsync()
    {
        _desk.Time.Advance(TimeSpan.FromSeconds(5));
        for (var j = 0; j < 2_000; j++) await Task.Yield();
    }
}
