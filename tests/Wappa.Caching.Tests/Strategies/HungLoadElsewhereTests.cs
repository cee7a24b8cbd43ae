namespace Wappa.Caching.Tests.Strategies;

/// <summary>A load that hangs on this node while another node stores what it was to bring: nobody waits for it any longer.</summary>
public sealed class HungLoadElsewhereTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk;
    private readonly Source<string> _source = new();
    private TrickStore? _trick;

    public HungLoadElsewhereTests() => _desk = new Desk(memory => _trick = new TrickStore(memory)); // which does not answer at once

    private Aside<string> OtherNode => new(new CacheStrategyContext(_desk.Store, time: _desk.Time));

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task FetchAsync_LoadHasRunForAMoment_LooksIntoTheStoreBeforeJoiningIt()
    {
        var cache = _desk.Texts();
        var hung = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        await OtherNode.SetAsync(Key, "theirs");
        var later = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        (await later.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("theirs");
        _source.Answer("mine");
        (await hung).ShouldBe("mine");
        (await cache.GetAsync(Key)).ShouldBe("theirs");
    }

    [Fact]
    public async Task FetchAsync_JoinedALoadThatHangs_IsGivenWhatAnotherNodeHadStoredBefore()
    {
        var cache = _desk.Texts();
        var hung = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        await _source.BegunAsync(1);
        await OtherNode.SetAsync(Key, "theirs");
        var reads = _trick!.Calls("get");
        var later = Enumerable.Range(0, 100).Select(_ => cache.FetchAsync(Key, _source.LoadAsync).AsTask()).ToArray();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        (await Task.WhenAll(later).WaitAsync(TimeSpan.FromSeconds(30))).ShouldAllBe(value => value == "theirs");
        (await hung).ShouldBe("theirs");
        _trick.Calls("get").ShouldBe(reads + 1); // one look for all of them
        _source.Loads.ShouldBe(1);
        for (var i = 0; i < 1_000_000 && !_source.Tokens.Single().IsCancellationRequested; i++) await Task.Yield();
        _source.Tokens.Single().IsCancellationRequested.ShouldBeTrue(); // nobody waits for it
        cache.Flights.ShouldBe(0);
        _source.Answer("mine");
        (await cache.FetchAsync(Key, _source.LoadAsync)).ShouldBe("theirs");
    }

    [Fact]
    public async Task FetchAsync_JoinedALoadThatTakesLong_GoesOnWaitingIfTheStoreHasNothing()
    {
        var cache = _desk.Texts();
        var first = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        await _source.BegunAsync(1);
        var joined = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        var late = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        _source.Answer("loaded");
        (await Task.WhenAll(first, joined, late)).ShouldBe(["loaded", "loaded", "loaded"]);
        _source.Loads.ShouldBe(1);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task FetchAsync_JoinedALoadThatTakesLongAndTheStoreFails_GoesOnWaiting(bool isStrict)
    {
        var cache = _desk.Texts(new() { Strict = isStrict });
        var first = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        await _source.BegunAsync(1);
        var joined = cache.FetchAsync(Key, _source.LoadAsync).AsTask();
        var reads = _trick!.Calls("get");
        _trick.Throw("get");
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 1_000_000 && _trick.Calls("get") == reads; i++) await Task.Yield();
        _source.Answer("loaded");
        (await Task.WhenAll(first, joined)).ShouldBe(["loaded", "loaded"]);
    }
}
