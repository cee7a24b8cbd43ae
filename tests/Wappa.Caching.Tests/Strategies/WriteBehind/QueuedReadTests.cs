using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>A value that was acknowledged and whose entry is gone: every way to read finds it, in the queue or in the journal, and none
/// brings the older row of the database.</summary>
public sealed class QueuedReadTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryDocumentStore _memory;
    private readonly InterceptedDocumentStore _records;
    private readonly MemoryCacheStore _entries;
    private readonly Gate _gate = new();
    private readonly Ledger _ledger = new();
    private readonly List<LedgerCache> _caches = [];

    public QueuedReadTests()
    {
        _memory = new MemoryDocumentStore(time: _time);
        _records = new InterceptedDocumentStore(_memory);
        _entries = new MemoryCacheStore(time: _time);
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        foreach (var key in (string[])["a", "b", "c"]) _ledger.Rows[key] = "old";
    }

    /// <summary>In memory only; journalled by this process alone; journalled for all nodes.</summary>
    public static TheoryData<bool, bool> Queues => new() { { false, false }, { true, false }, { true, true } };

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        foreach (var cache in _caches) await cache.StopAsync(TimeSpan.Zero);
        _memory.Dispose();
        _entries.Dispose();
    }

    [Theory, MemberData(nameof(Queues))]
    public async Task TryGetAsync_EntryWasEvictedWhileTheValueWaits_IsAHitOfTheValue(bool isJournalled, bool isShared)
    {
        var cache = await EvictedAsync(isJournalled, isShared);
        var found = await cache.TryGetAsync(["a"]);
        (found.IsHit, found.IsStale, found.GetValueOrDefault()).ShouldBe((true, false, "new"));
        (await cache.TryGetAsync(["c"])).IsHit.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Queues))]
    public async Task GetManyAsync_EntriesWereEvictedWhileTheValuesWait_BringsThemInOrder(bool isJournalled, bool isShared)
    {
        var cache = await EvictedAsync(isJournalled, isShared);
        await cache.SetAsync(["c"], "cached");
        var found = await cache.GetManyAsync([["b"], ["none"], ["c"], ["a"], ["b"]]);
        found.Select(one => one.GetValueOrDefault("none")).ShouldBe(["newer", "none", "cached", "new", "newer"]);
        (await cache.GetManyAsync([])).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Queues))]
    public async Task GetOrSetAsync_EntryWasEvictedWhileTheValueWaits_DoesNotLoadTheOldRow(bool isJournalled, bool isShared)
    {
        var cache = await EvictedAsync(isJournalled, isShared);
        var loads = 0;
        (await cache.GetOrSetAsync(["a"], _ => Task.FromResult($"load {++loads}"))).ShouldBe("new");
        (await cache.GetOrSetAsync(["c"], _ => Task.FromResult($"load {++loads}"))).ShouldBe("load 1");
        (await cache.GetOrSetAsync(["c"], _ => Task.FromResult($"load {++loads}"))).ShouldBe("load 1");
        await Should.ThrowAsync<ArgumentNullException>(async () => await cache.GetOrSetAsync(["a"], null!));
        await Should.ThrowAsync<ArgumentException>(async () => await cache.GetOrSetAsync(["a"], _ => Task.FromResult(""), TimeSpan.Zero));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Reads_AnotherProcessHasAcknowledged_FindTheValueInTheJournal(bool isShared)
    {
        await EvictedAsync(isJournalled: true, isShared);
        var other = Cache(true, isShared);
        (await other.TryGetAsync(["a"])).GetValueOrDefault().ShouldBe("new");
        (await other.GetManyAsync([["c"], ["b"]])).Select(found => found.GetValueOrDefault()).ShouldBe([null, "newer"]);
        (await other.GetOrSetAsync(["b"], _ => Task.FromResult("old"))).ShouldBe("newer");
    }

    [Fact]
    public async Task GetManyAsync_MuchIsMissing_AsksTheJournalOnce()
    {
        var cache = await EvictedAsync(isJournalled: true, isShared: true);
        await cache.StopAsync(TimeSpan.Zero);
        var reads = 0;
        _records.Before = call =>
        {
            if (!call.IsWrite) reads++;
            return default;
        };
        (await cache.GetManyAsync([["a"], ["b"], ["c"], ["d"]])).Count(found => found.IsHit).ShouldBe(2);
        reads.ShouldBe(1);
    }

    [Fact]
    public async Task Reads_JournalFails_AreMissesOrTheSourceAndStrictIsTold()
    {
        await EvictedAsync(isJournalled: true, isShared: true);
        _records.Before = _ => throw new CacheStoreUnavailableException("down");
        var cache = Cache(true, true);
        (await cache.TryGetAsync(["a"])).IsHit.ShouldBeFalse();
        (await cache.GetManyAsync([["a"]])).Single().IsHit.ShouldBeFalse();
        (await cache.GetOrSetAsync(["a"], _ => Task.FromResult("old"))).ShouldBe("old");
        (await _entries.GetAsync("ledger:v1:a")).ShouldBeNull("what may be behind the journal is not kept");

        var strict = Cache(true, true, new() { Strict = true });
        await Should.ThrowAsync<CacheStoreException>(async () => await strict.TryGetAsync(["a"]));
        await Should.ThrowAsync<CacheStoreException>(async () => await strict.GetManyAsync([["a"]]));
        await Should.ThrowAsync<CacheStoreException>(async () => await strict.GetOrSetAsync(["a"], _ => Task.FromResult("old")));
    }

    [Fact]
    public async Task TryGetAsync_EntryIsStaleAndANewerValueWaitsElsewhere_IsTheNewerOne()
    {
        var policy = new CacheEntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleIfError = TimeSpan.FromHours(1) };
        var here = Cache(true, true, policy);
        await here.SetAsync(["a"], "cached");
        var there = new LedgerCache(new CacheStrategyContext(new MemoryCacheStore(time: _time), time: _time, records: _records), _ledger, Options(true, true));
        _caches.Add(there);
        await there.WriteAsync("a", "new");
        _time.Advance(TimeSpan.FromMinutes(2));
        (await here.TryGetAsync(["a"])).GetValueOrDefault().ShouldBe("new");
        (await here.GetManyAsync([["a"]])).Single().GetValueOrDefault().ShouldBe("new");
    }

    [Fact]
    public async Task Reads_Cancelled_AreCancelledAndNotAnsweredFromTheQueue()
    {
        var cache = await EvictedAsync(isJournalled: false, isShared: false);
        var cancelled = new CancellationToken(canceled: true);
        await Should.ThrowAsync<OperationCanceledException>(async () => await cache.TryGetAsync(["a"], cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await cache.GetManyAsync([["a"]], cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await cache.GetOrSetAsync(["a"], _ => Task.FromResult(""), null, cancelled));
    }

    // Two values are acknowledged, the database has neither, and no entry is left.
    private async Task<LedgerCache> EvictedAsync(bool isJournalled, bool isShared)
    {
        var cache = Cache(isJournalled, isShared);
        await cache.WriteAsync("a", "new");
        await cache.WriteAsync("b", "new");
        await cache.WriteAsync("b", "newer");
        await cache.ClearAsync();
        return cache;
    }

    private static WriteBehindOptions Options(bool isJournalled, bool isShared) =>
        LedgerCache.Eager with { Journalled = isJournalled, Shared = isShared };

    private LedgerCache Cache(bool isJournalled, bool isShared, CacheEntryPolicy? policy = null)
    {
        var context = new CacheStrategyContext(_entries, time: _time, records: _records);
        var cache = new LedgerCache(context, _ledger, Options(isJournalled, isShared), policy);
        _caches.Add(cache);
        return cache;
    }
}
