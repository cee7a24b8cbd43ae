using Microsoft.Extensions.Logging;
using Wappa.Caching.Statistics;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A store that throws, hangs or lies: whoever reads goes to the source, whoever writes is told.</summary>
public sealed class StoreFailureTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly Desk _desk;
    private readonly Source<string> _source = new();

    public StoreFailureTests()
    {
        TrickStore? trick = null;
        _desk = new Desk(memory => trick = new TrickStore(memory));
        Trick = trick!;
    }

    public static TheoryData<string> ReadPath => ["get", "begin load", "complete load", ""];

    private TrickStore Trick { get; }

    public void Dispose() => _desk.Dispose();

    [Theory, MemberData(nameof(ReadPath))]
    public async Task FetchAsync_StoreThrows_GoesToTheSourceAndSaysSo(string operation)
    {
        Trick.Throw(operation);
        var cache = _desk.Texts();
        (await cache.FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("loaded");
        cache.Count(CacheCount.StoreFailures).ShouldBeGreaterThan(0);
        _desk.Log.Of(LogLevel.Error).ShouldNotBeEmpty();
        _desk.Log.Lines.ShouldAllBe(line => !line.Text.Contains("123", StringComparison.Ordinal));

        Trick.Before.Clear();
        (await cache.FetchAsync(Key, _ => Task.FromResult("loaded again"))).ShouldBe(operation == "get" ? "loaded" : "loaded again");
    }

    [Theory, MemberData(nameof(ReadPath))]
    public async Task FetchAsync_StoreHangs_CostsNoMoreThanItsDeadline(string operation)
    {
        Trick.Hang(operation);
        var cache = _desk.Texts();
        var caller = cache.FetchAsync(Key, _ => Task.FromResult("loaded")).AsTask();
        for (var i = 0; i < 3 && !caller.IsCompleted; i++)
        {
            _desk.Time.Advance(TimeSpan.FromSeconds(1));
            for (var j = 0; j < 1_000 && !caller.IsCompleted && _desk.Time.ActiveTimers == 0; j++) await Task.Yield();
        }

        (await caller.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("loaded");
        _desk.Log.Lines.ShouldContain(line => line.Error is CacheStoreTimeoutException);
    }

    [Theory, MemberData(nameof(ReadPath))]
    public async Task FetchAsync_Strict_TheCallerIsToldInstead(string operation)
    {
        Trick.Throw(operation);
        var cache = _desk.Texts(new() { Strict = true });
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await cache.FetchAsync(Key, _ => Task.FromResult("x")));
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await cache.FetchAsync(Key, _ => Task.FromResult("x")));
        cache.Flights.ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_StoreFailsInALoadOfMany_OneLoadAllTheSame()
    {
        Trick.Throw("");
        var cache = _desk.Texts();
        var callers = Enumerable.Range(0, 100).Select(_ => cache.FetchAsync(Key, _source.LoadAsync).AsTask()).ToArray();
        _source.Answer("loaded");
        (await Task.WhenAll(callers)).ShouldAllBe(value => value == "loaded");
        _source.Loads.ShouldBe(1);
    }

    [Fact]
    public async Task FetchAsync_NoFenceCouldBeTaken_StoresNothing()
    {
        Trick.Throw("begin load");
        await _desk.Texts().FetchAsync(Key, _ => Task.FromResult("loaded"));
        Trick.Calls("complete load").ShouldBe(0);
    }

    [Fact]
    public async Task Reads_StoreThrows_AreMisses()
    {
        Trick.Throw("");
        var cache = _desk.Texts();
        (await cache.GetAsync(Key)).ShouldBeNull();
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
        (await cache.GetManyAsync([Key, Key])).Select(found => found.IsHit).ShouldBe([false, false]);
        var strict = _desk.Texts(new() { Strict = true });
        await Should.ThrowAsync<CacheStoreException>(async () => await strict.GetAsync(Key));
        await Should.ThrowAsync<CacheStoreException>(async () => await strict.GetManyAsync([Key]));
    }

    [Fact]
    public async Task Writes_StoreThrows_AllSaySo()
    {
        Trick.Throw("");
        var cache = _desk.Texts();
        Func<Task>[] writes =
        [
            async () => await cache.SetAsync(Key, "x"), async () => await cache.SetManyAsync([new(Key, "x")]),
            async () => await cache.DeleteAsync(Key), async () => await cache.InvalidateAsync(Key),
            async () => await cache.InvalidateTagAsync("tag"), async () => await cache.ClearAsync(),
        ];
        foreach (var write in writes) await Should.ThrowAsync<CacheStoreUnavailableException>(write);
    }

    [Fact]
    public async Task FetchAsync_StoreHasABug_IsNotHidden()
    {
        Trick.Throw("get", new NotSupportedException("bug"));
        await Should.ThrowAsync<NotSupportedException>(async () => await _desk.Texts().FetchAsync(Key, _source.LoadAsync));
        Trick.Before.Clear();
        Trick.Throw("begin load", new NotSupportedException("bug"));
        var cache = _desk.Texts();
        await Should.ThrowAsync<NotSupportedException>(async () => await cache.FetchAsync(Key, _source.LoadAsync));
        cache.Flights.ShouldBe(0);
    }

    [Fact]
    public async Task FetchAsync_StoreCancelsItself_CountsAsAFailedStore()
    {
        Trick.Throw("get", new OperationCanceledException());
        (await _desk.Texts().FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("loaded");
    }

    [Fact]
    public async Task FetchAsync_StoreAnswersWithRubbish_LoadsAndReplacesIt()
    {
        await Trick.SetAsync("chat:v1:conversation:123", new CacheEntry("{\"not\": \"a text\"}"u8.ToArray()));
        var cache = _desk.Texts();
        (await cache.GetAsync(Key)).ShouldBeNull();
        (await cache.FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("loaded");
        (await cache.GetAsync(Key)).ShouldBe("loaded");
        await Trick.SetAsync("chat:v1:conversation:123", new CacheEntry("rubbish"u8.ToArray()));
        await Should.ThrowAsync<CacheStoreCorruptException>(async () => await _desk.Texts(new() { Strict = true }).GetAsync(Key));
    }

    [Fact]
    public async Task FetchAsync_StoreSaysItStoredAndDidNot_EachCallAfterwardsLoads()
    {
        Trick.Answer = _ => null;
        var cache = _desk.Texts();
        for (var i = 0; i < 3; i++) (await cache.FetchAsync(Key, _ => Task.FromResult($"{i}"))).ShouldBe($"{i}");
    }

    [Fact]
    public async Task FetchAsync_EntryComesFromTheFuture_IsFreshAndNotForEver()
    {
        var cache = _desk.Texts(new() { Ttl = TimeSpan.FromMinutes(1), StaleIfError = TimeSpan.FromMinutes(1) });
        await cache.SetAsync(Key, "theirs");
        Trick.Answer = entry => entry is null ? null : entry with { StoredAt = entry.StoredAt.AddHours(1) };
        (await cache.TryGetAsync(Key)).IsStale.ShouldBeFalse();
        _desk.Time.Advance(TimeSpan.FromMinutes(2));
        (await cache.TryGetAsync(Key)).IsHit.ShouldBeFalse();
    }
}
