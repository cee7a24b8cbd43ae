using Wappa.Caching.Tests.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>A journal that does not answer, whatever its token says: writers are told in time, the queue asks again, and what lands late
/// neither disturbs the order of its key nor hides behind an older entry.</summary>
public sealed class HangingJournalTests : IAsyncDisposable
{
    private static readonly WriteBehindOptions Options = LedgerCache.Eager with
    {
        Journalled = true, Shared = false, JournalTimeout = TimeSpan.FromSeconds(10),
    };

    private readonly ManualTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly MemoryDocumentStore _memory;
    private readonly InterceptedDocumentStore _records;
    private readonly MemoryCacheStore _entries;
    private readonly Ledger _ledger = new();
    private readonly List<LedgerCache> _caches = [];

    public HangingJournalTests()
    {
        _memory = new MemoryDocumentStore(time: _time);
        _records = new InterceptedDocumentStore(new DeafDocumentStore(_memory));
        _entries = new MemoryCacheStore(time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        _records.Before = _ => default;
        foreach (var cache in _caches) await cache.StopAsync(TimeSpan.Zero);
        _memory.Dispose();
        _entries.Dispose();
    }

    [Fact]
    public async Task WriteAsync_JournalHangs_WriterIsToldAfterTheTimeoutThatTheOutcomeIsUnknown()
    {
        var cache = Cache();
        Hang("Apply");
        var write = cache.WriteAsync("a", "1").AsTask();
        await ReachedAsync();
        _time.Advance(TimeSpan.FromSeconds(9.9));
        write.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var error = await Should.ThrowAsync<CacheStoreTimeoutException>(write.WaitAsync(TimeSpan.FromSeconds(30)));
        error.OutcomeUnknown.ShouldBeTrue();
        error.Message.ShouldContain("JournalTimeout");
        cache.QueueLength.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_JournalHangsAndThereIsNoTimeout_WaitsForItsCallerOnly()
    {
        var cache = Cache(Options with { JournalTimeout = null });
        Hang("Apply");
        using var cancel = new CancellationTokenSource();
        var write = cache.WriteAsync("a", "1", cancel.Token).AsTask();
        await ReachedAsync();
        _time.Advance(TimeSpan.FromDays(1));
        write.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(write.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task WriteAsync_GivenUpWriteLandsLater_IsWrittenAndReadersDoNotGetWhatWasLoadedMeanwhile()
    {
        _ledger.Rows["a"] = "old";
        var cache = Cache();
        var late = Hang("Apply");
        await TimedOutAsync(cache.WriteAsync("a", "1"));
        _records.Before = _ => default;
        (await cache.ReadAsync("a")).ShouldBe("old");
        late.SetResult();
        await UntilAsync(() => _ledger.Rows["a"] == "1" && cache.QueueLength == 0);
        (await cache.ReadAsync("a")).ShouldBe("1");
    }

    [Fact]
    public async Task WriteAsync_EarlierWriteOfTheKeyMayStillLand_IsNotBegunBeforeThatIsKnown()
    {
        var cache = Cache();
        var late = Hang("Apply");
        await TimedOutAsync(cache.WriteAsync("a", "1"));
        _records.Before = _ => default; // it works again; only the first write is still on its way
        var second = cache.WriteAsync("a", "2").AsTask();
        await cache.WriteAsync("b", "1"); // other keys do not wait
        second.IsCompleted.ShouldBeFalse();
        late.SetResult();
        await second.WaitAsync(TimeSpan.FromSeconds(30));
        await cache.DrainedAsync();
        _ledger.Rows["a"].ShouldBe("2");
        (await cache.ReadAsync("a")).ShouldBe("2");
        (await RowsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_EarlierWriteOfTheKeyNeverAnswers_IsToldThatNothingWasDone()
    {
        var cache = Cache();
        Hang("Apply");
        await TimedOutAsync(cache.WriteAsync("a", "1"));
        _records.Before = _ => default;
        var second = cache.WriteAsync("a", "2").AsTask();
        await UntilAsync(() => _time.ActiveTimers > 0);
        await AdvanceUntilAsync(() => second.IsCompleted);
        (await Should.ThrowAsync<CacheStoreTimeoutException>(second)).OutcomeUnknown.ShouldBeFalse();
    }

    [Fact]
    public async Task GetAsync_JournalHangs_ReaderGoesToTheSourceAfterTheStoresTimeout()
    {
        _ledger.Rows["a"] = "old";
        var cache = Cache(Options with { Shared = true });
        Hang("Get");
        var read = cache.ReadAsync("a").AsTask();
        await ReachedAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        (await read.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("old");
        (await _entries.GetAsync("ledger:v1:a")).ShouldBeNull();
    }

    [Theory, InlineData("Commit", false), InlineData("List", false), InlineData("Apply", true)]
    public async Task Pump_JournalHangsOnce_GoesOnAfterTheTimeout(string operation, bool isShared)
    {
        var cache = Cache(Options with { Shared = isShared });
        Hang(operation, once: true);
        if (isShared) await cache.StartAsync(); // the lease is what hangs
        else await cache.WriteAsync("a", "1");
        await ReachedAsync();
        if (isShared) await cache.WriteAsync("a", "1");
        await AdvanceUntilAsync(() => cache.QueueLength == 0 && _ledger.Rows.ContainsKey("a"));
    }

    [Fact]
    public async Task DeadLetter_ReplyOfTheBurialIsLost_GoesWhenANewerValueIsWritten()
    {
        var cache = Cache();
        _ledger.Before = (batch, _) =>
        {
            if (batch[0].Value == "bad") batch.Reject(0, new InvalidDataException("never"));
            return Task.CompletedTask;
        };
        var gate = new Gate();
        var applied = 0;
        _records.After = async call =>
        {
            if (call.Operation != "Apply" || Interlocked.Increment(ref applied) != 2) return;
            await gate.PassAsync(); // the second is the burial of the first
            throw new CacheStoreTimeoutException("no reply");
        };
        await cache.WriteAsync("a", "bad");
        await gate.ReachedAsync();
        await cache.WriteAsync("a", "good");
        gate.Open();
        await AdvanceUntilAsync(() => cache.QueueLength == 0);
        _ledger.Rows["a"].ShouldBe("good");
        (await cache.ListDeadLettersAsync()).ShouldBeEmpty();
        (await cache.ReplayDeadLettersAsync()).ShouldBe(0);
    }

    private TaskCompletionSource? _reached;

    // From now on, calls of the kind wait until the test lets them, deaf to their tokens.
    private TaskCompletionSource Hang(string operation, bool once = false)
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = once ? 1 : int.MaxValue;
        _records.Before = call =>
        {
            if (call.Operation != operation || Interlocked.Decrement(ref left) < 0) return default;
            reached.TrySetResult();
            return new(open.Task);
        };
        return open;
    }

    private Task ReachedAsync() => _reached!.Task.WaitAsync(TimeSpan.FromSeconds(30));

    private async Task TimedOutAsync(ValueTask write)
    {
        var task = write.AsTask();
        await ReachedAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await Should.ThrowAsync<CacheStoreTimeoutException>(task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private LedgerCache Cache(WriteBehindOptions? options = null)
    {
        var cache = new LedgerCache(new(_entries, time: _time, loggers: _log, records: _records), _ledger, options ?? Options);
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

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_000 && !condition(); i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
            for (var j = 0; j < 200 && !condition(); j++) await Task.Yield();
        }

        condition().ShouldBeTrue();
    }
}
