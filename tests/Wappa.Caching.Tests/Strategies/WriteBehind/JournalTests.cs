using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>A queue that outlives its process, on a store of records that does. Processes are caches over one such store.</summary>
public sealed class JournalTests : IAsyncDisposable
{
    private static readonly WriteBehindOptions Alone = LedgerCache.Eager with { Journalled = true, Shared = false };
    private static readonly WriteBehindOptions Together = LedgerCache.Eager with { Journalled = true, Shared = true };

    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly MemoryDocumentStore _memory;
    private readonly InterceptedDocumentStore _records;
    private readonly MemoryCacheStore _entries;
    private readonly Ledger _ledger = new();
    private readonly List<LedgerCache> _caches = [];

    public JournalTests()
    {
        _memory = new MemoryDocumentStore(time: _time);
        _records = new InterceptedDocumentStore(_memory);
        _entries = new MemoryCacheStore(time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _caches) await cache.StopAsync(TimeSpan.Zero);
        _memory.Dispose();
        _entries.Dispose();
    }

    [Fact]
    public async Task Restart_AfterACrash_WritesWhatWasAcknowledged()
    {
        var dead = new Ledger { Before = (_, _) => new TaskCompletionSource().Task }; // its process was killed in the middle
        var first = new LedgerCache(Context(), dead, Alone);
        for (var i = 0; i < 10; i++) await first.WriteAsync($"k{i}", "1");
        await first.WriteAsync("k3", "2");

        var second = Cache(Alone);
        (await second.ReadAsync("k3")).ShouldBe("2"); // before anything was taken up
        await second.StartAsync();
        await UntilAsync(() => _ledger.Rows.Count == 10 && second.QueueLength == 0);
        _ledger.Rows["k3"].ShouldBe("2");
        (await RowsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task GetAsync_AfterACrash_TakesTheQueuedValueNotTheOldDatabase()
    {
        var first = new LedgerCache(Context(), new Ledger { Before = (_, _) => new TaskCompletionSource().Task }, Alone);
        await first.WriteAsync("a", "new");
        await first.ClearAsync(); // the entry did not survive
        _ledger.Rows["a"] = "old";
        (await Cache(Alone).ReadAsync("a")).ShouldBe("new");
    }

    [Fact]
    public async Task Restart_MoreInTheJournalThanThereIsRoom_WritesAll()
    {
        var first = new LedgerCache(Context(), new Ledger { Before = (_, _) => new TaskCompletionSource().Task }, Alone);
        for (var i = 0; i < 25; i++) await first.WriteAsync($"k{i}", "1");
        var second = Cache(Alone with { Capacity = 4, BatchSize = 3 });
        await second.StartAsync();
        await UntilAsync(() => _ledger.Rows.Count == 25 && second.QueueLength == 0);
    }

    [Fact]
    public async Task WriteAsync_JournalFails_IsNotAcknowledged()
    {
        var cache = Cache(Alone);
        await cache.WriteAsync("a", "1");
        await cache.DrainedAsync();
        _records.Before = call => call.IsWrite ? throw new CacheStoreUnavailableException("down") : default;
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await cache.WriteAsync("a", "2"));
        (await cache.ReadAsync("a")).ShouldBe("1");
        cache.QueueLength.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_ReplyOfTheJournalIsLost_TheValueIsWrittenAllTheSame()
    {
        var cache = Cache(Alone);
        var isLost = true;
        _records.After = call =>
        {
            if (!call.IsWrite || !isLost) return default;
            isLost = false;
            throw new CacheStoreTimeoutException("no reply");
        };
        await cache.SetAsync(["a"], "0");
        await cache.StartAsync();
        await Should.ThrowAsync<CacheStoreTimeoutException>(async () => await cache.WriteAsync("a", "1"));
        await UntilAsync(() => _ledger.Rows.ContainsKey("a"));
        (await cache.ReadAsync("a")).ShouldBe("1"); // the older entry is gone
    }

    [Fact]
    public async Task Persist_JournalForgetsWhatItAcknowledged_TheProcessWritesItAllTheSame()
    {
        _records.After = async call =>
        {
            if (call.Operation == "Apply") await _memory.DeleteAllAsync(RecordSet.UserRecords("wappa", "write-behind:ledger"));
        };
        var cache = Cache(Alone);
        for (var i = 0; i < 5; i++) await cache.WriteAsync($"k{i}", "1");
        await cache.DrainedAsync();
        _ledger.Rows.Count.ShouldBe(5);
    }

    [Theory, InlineData("""{"key":["bad"]}"""), InlineData("""{"key":5,"value":"1"}""")]
    public async Task Restart_ARecordOfTheJournalIsNoRow_IsReportedOnceAndHoldsUpNobody(string json)
    {
        var bad = RecordKey.User("wappa", "write-behind:ledger", "bad");
        await _memory.ApplyAsync(bad, new RecordChange.Set(CacheDocument.Parse(json)));
        var dead = new LedgerCache(Context(), new Ledger { Before = (_, _) => new TaskCompletionSource().Task }, Together);
        await dead.WriteAsync("a", "1");
        var next = Cache(Together);
        await next.StartAsync();
        await AdvanceUntilAsync(() => _ledger.Rows.ContainsKey("a"));
        await next.WriteAsync("b", "1");
        await AdvanceUntilAsync(() => _ledger.Rows.ContainsKey("b") && next.QueueLength == 0);
        _log.Lines.Count(line => line.Text.Contains("is no row", StringComparison.Ordinal)).ShouldBe(2, "one for each process");
        (await _memory.GetAsync(bad)).IsHit.ShouldBeTrue();
        await next.WriteAsync("bad", "2");
        await AdvanceUntilAsync(() => _ledger.Rows.ContainsKey("bad"));
    }

    [Fact]
    public async Task Persist_RowCannotBeRemoved_ValueIsWrittenAgainNotLost()
    {
        var cache = Cache(Alone);
        var failures = 1;
        _records.Before = call => call.Operation == "Commit" && Interlocked.Decrement(ref failures) >= 0
            ? throw new CacheStoreUnavailableException("down")
            : default;
        await cache.WriteAsync("a", "1");
        await AdvanceUntilAsync(() => cache.QueueLength == 0);
        _ledger.Writes.ShouldBe([("a", "1"), ("a", "1")]);
        (await RowsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Stop_JournalledQueueLeft_StaysForTheNextProcess()
    {
        var first = new LedgerCache(Context(), new Ledger { Before = (_, ct) => Task.Delay(Timeout.Infinite, ct) }, Alone);
        await first.WriteAsync("a", "1");
        (await first.StopAsync(TimeSpan.Zero)).ShouldBe(new WriteBehindDrain(1, true));
        var second = Cache(Alone);
        await second.StartAsync();
        await UntilAsync(() => _ledger.Rows.ContainsKey("a"));
    }

    [Fact]
    public async Task DeadLetters_AreKeptAcrossARestart()
    {
        var first = Cache(Alone);
        _ledger.Before = (batch, _) =>
        {
            batch.Reject(0, new InvalidDataException("never"));
            return Task.CompletedTask;
        };
        await first.WriteAsync("a", "bad");
        await first.DrainedAsync();
        await first.StopAsync();
        var second = Cache(Alone);
        var letter = (await second.ListDeadLettersAsync()).ShouldHaveSingleItem();
        (letter.Key.Text(0), letter.GivenUpAt).ShouldBe(("a", _time.GetUtcNow()));
        _ledger.Before = (_, _) => Task.CompletedTask;
        (await second.ReplayDeadLettersAsync()).ShouldBe(1);
        await second.DrainedAsync();
        _ledger.Rows["a"].ShouldBe("bad");
    }

    [Fact]
    public async Task TwoNodes_OnlyOneWritesAndTakesUpTheOthersValues()
    {
        var (one, other) = (new Ledger(), new Ledger());
        var first = Cache(Together, one);
        await first.WriteAsync("a", "1");
        await first.DrainedAsync();
        var second = Cache(Together, other);
        await second.WriteAsync("a", "2");
        await second.WriteAsync("b", "1");
        await AdvanceUntilAsync(() => one.Rows.Count == 2 && second.QueueLength == 0);
        other.Batches.ShouldBe(0);
        one.Rows["a"].ShouldBe("2");
        (await first.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task TwoNodes_TheWriterStops_TheOtherGoesOnAtOnce()
    {
        var first = Cache(Together, new Ledger());
        await first.WriteAsync("a", "1");
        await first.DrainedAsync();
        await first.StopAsync();
        var second = Cache(Together);
        await second.WriteAsync("b", "1");
        await second.DrainedAsync();
        _ledger.Rows.Keys.ShouldBe(["b"]);
    }

    [Fact]
    public async Task TwoNodes_TheWriterDies_TheOtherTakesOverWhenItsLeaseEnds()
    {
        var store = new InterceptedDocumentStore(_memory);
        var gate = new Gate();
        var first = new LedgerCache(Context(store), new Ledger { Before = (_, _) => gate.PassAsync(CancellationToken.None) }, Together);
        await first.WriteAsync("a", "1");
        await gate.ReachedAsync();
        store.Before = _ => throw new CacheStoreUnavailableException("it is dead"); // from here it reaches nobody

        var second = Cache(Together);
        await second.StartAsync();
        await AdvanceUntilAsync(() => _ledger.Batches > 0, TimeSpan.FromMilliseconds(500), 40);
        _ledger.Batches.ShouldBe(0);
        await AdvanceUntilAsync(() => _ledger.Rows.ContainsKey("a"));
        (await RowsAsync()).ShouldBe(0);
        gate.Open();
    }

    [Fact]
    public async Task TwoNodes_OneMissesThatTheOtherLed_ItKnowsTheOthersDeadLettersAndWritesNothingAgain()
    {
        var store = new InterceptedDocumentStore(_memory);
        var first = new LedgerCache(Context(store), _ledger, Together);
        _caches.Add(first);
        await first.WriteAsync("a", "1");
        await first.WriteAsync("k", "0");
        await first.DrainedAsync();
        store.Before = _ => throw new CacheStoreUnavailableException("it stands still");

        var bad = new Ledger
        {
            Before = (batch, _) =>
            {
                for (var i = 0; i < batch.Count; i++) if (batch[i].Value == "bad") batch.Reject(i, new InvalidDataException("never"));
                return Task.CompletedTask;
            },
        };
        var second = Cache(Together, bad);
        await second.WriteAsync("k", "bad");
        await AdvanceUntilAsync(() => second.QueueLength == 0);
        (await second.ListDeadLettersAsync()).ShouldHaveSingleItem();
        await second.StopAsync();

        store.Before = _ => default;
        await first.WriteAsync("k", "good");
        await AdvanceUntilAsync(() => _ledger.Rows["k"] == "good" && first.QueueLength == 0);
        (await first.ReplayDeadLettersAsync()).ShouldBe(0);
        await first.DrainedAsync();
        _ledger.Rows["k"].ShouldBe("good");
    }

    [Fact]
    public async Task ReplayDeadLetters_NewerValueWasWrittenAfterTheyWereListed_LeavesItAlone()
    {
        var cache = Cache(Alone);
        _ledger.Before = (batch, _) =>
        {
            if (batch[0].Value == "bad") batch.Reject(0, new InvalidDataException("never"));
            return Task.CompletedTask;
        };
        await cache.WriteAsync("a", "bad");
        await cache.DrainedAsync();
        var isListed = false;
        _records.After = async call =>
        {
            if (call.Operation != "List" || isListed) return;
            isListed = true;
            await cache.WriteAsync("a", "good");
            await cache.DrainedAsync();
        };
        (await cache.ReplayDeadLettersAsync()).ShouldBe(0);
        await cache.DrainedAsync();
        _ledger.Rows["a"].ShouldBe("good");
        (await cache.ListDeadLettersAsync()).ShouldBeEmpty();
    }

    private CacheStrategyContext Context(IDocumentStore? records = null) =>
        new(_entries, time: _time, loggers: _log, records: records ?? _records);

    private LedgerCache Cache(WriteBehindOptions options, Ledger? ledger = null)
    {
        var cache = new LedgerCache(Context(), ledger ?? _ledger, options);
        _caches.Add(cache);
        return cache;
    }

    private async Task<int> RowsAsync()
    {
        var rows = 0;
        await foreach (var _ in _memory.ListAsync(RecordSet.UserRecords("wappa", "write-behind:ledger"))) rows++;
        return rows;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_000_000 && !condition(); i++) await Task.Yield();
        condition().ShouldBeTrue();
    }

    private async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan? step = null, int most = 20_000)
    {
        for (var i = 0; i < most && !condition(); i++)
        {
            _time.Advance(step ?? TimeSpan.FromMilliseconds(250));
            for (var j = 0; j < 200 && !condition(); j++) await Task.Yield();
        }

        if (most == 20_000) condition().ShouldBeTrue();
    }
}
