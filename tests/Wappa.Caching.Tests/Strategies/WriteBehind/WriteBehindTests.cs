using Wappa.Caching.WriteBehind;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>Cache now, database soon: acknowledged at once, in order by key, the newest of those that wait together.</summary>
public sealed class WriteBehindTests : IAsyncDisposable
{
    private readonly Desk _desk = new();
    private readonly Ledger _ledger = new();
    private readonly Gate _gate = new();
    private readonly List<LedgerCache> _caches = [];

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        foreach (var cache in _caches) await cache.StopAsync(TimeSpan.Zero);
        _desk.Dispose();
    }

    [Fact]
    public async Task WriteAsync_DatabaseHangs_IsAcknowledgedAndRead()
    {
        var cache = Cache();
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("a", "1");
        (await cache.ReadAsync("a")).ShouldBe("1");
        cache.QueueLength.ShouldBe(1);
        _ledger.Rows.ShouldBeEmpty();
        _gate.Open();
        await cache.DrainedAsync();
        _ledger.Rows["a"].ShouldBe("1");
        cache.QueueLength.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_SeveralOfAKeyWhileTheFirstIsOnItsWay_OnlyTheNewestFollowsAndAfterIt()
    {
        var cache = Cache();
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("a", "1");
        await _gate.ReachedAsync();
        for (var i = 2; i <= 9; i++) await cache.WriteAsync("a", $"{i}");
        _gate.Open();
        await cache.DrainedAsync();
        _ledger.Writes.ShouldBe([("a", "1"), ("a", "9")]);
    }

    [Fact]
    public async Task WriteAsync_ManyKeys_GoInBatches()
    {
        var cache = Cache(LedgerCache.Eager with { BatchSize = 4 });
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("first", "1");
        await _gate.ReachedAsync();
        for (var i = 0; i < 10; i++) await cache.WriteAsync($"k{i}", "1");
        _gate.Open();
        await cache.DrainedAsync();
        _ledger.BatchSizes.ShouldBe([1, 4, 4, 2]);
    }

    [Fact]
    public async Task WriteAsync_FlushDelay_IsWaitedForUnlessTheBatchIsFull()
    {
        var cache = Cache(new() { FlushDelay = TimeSpan.FromSeconds(1), BatchSize = 3 });
        await cache.WriteAsync("a", "1");
        await cache.WriteAsync("a", "2");
        await UntilAsync(() => _desk.Time.ActiveTimers > 0);
        _ledger.Batches.ShouldBe(0);
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _ledger.Batches == 1 && cache.QueueLength == 0);
        _ledger.Writes.ShouldBe([("a", "2")]);
        for (var i = 0; i < 3; i++) await cache.WriteAsync($"k{i}", "1");
        await UntilAsync(() => _ledger.Batches == 2);
    }

    [Fact]
    public async Task WriteAsync_QueueIsFull_WaitsAndIsNeverDropped()
    {
        var cache = Cache(LedgerCache.Eager with { Capacity = 2 });
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("a", "1");
        await cache.WriteAsync("b", "1");
        var waiting = cache.WriteAsync("c", "1").AsTask();
        await cache.WriteAsync("a", "2"); // a key that waits already needs no room
        using var cancel = new CancellationTokenSource();
        var cancelled = cache.WriteAsync("d", "1", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        waiting.IsCompleted.ShouldBeFalse();
        cache.QueueLength.ShouldBe(2);
        _gate.Open();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        await cache.DrainedAsync();
        _ledger.Rows.ToDictionary().ShouldBe(new Dictionary<string, string> { ["a"] = "2", ["b"] = "1", ["c"] = "1" }, ignoreOrder: true);
    }

    [Fact]
    public async Task StopAsync_WritersWaitForRoom_TheyAreToldInsteadOfWaitingForEver()
    {
        var cache = Cache(LedgerCache.Eager with { Capacity = 1 });
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("a", "1");
        var waiting = Enumerable.Range(0, 3).Select(i => cache.WriteAsync($"k{i}", "1").AsTask()).ToArray();
        await cache.StopAsync(TimeSpan.Zero);
        foreach (var write in waiting) await Should.ThrowAsync<ObjectDisposedException>(write.WaitAsync(TimeSpan.FromSeconds(30)));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await cache.WriteAsync("late", "1"));
    }

    [Fact]
    public async Task RoomAsync_ManyWritersOfAFullQueueGiveUp_NothingIsKeptOfThem()
    {
        var queue = new WriteQueue(1, _desk.Time);
        queue.Put(new JournalRow("a", ["a"], "1"u8.ToArray(), 1), TimeSpan.Zero, wasPromised: false);
        using var cancel = new CancellationTokenSource();
        var patient = queue.RoomAsync("b", mayWait: true, CancellationToken.None).AsTask();
        var others = Enumerable.Range(0, 1_000).Select(i => queue.RoomAsync($"k{i}", mayWait: true, cancel.Token).AsTask()).ToArray();
        queue.Waiting.ShouldBe(1_001);
        await cancel.CancelAsync();
        foreach (var other in others) await Should.ThrowAsync<OperationCanceledException>(other);
        queue.Waiting.ShouldBe(1);
        queue.Done(queue.Take(1, isHurried: true, out _)[0], TimeSpan.Zero);
        (await patient.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    [Fact]
    public async Task PersistAsync_WritesToItsOwnFullQueue_IsToldInsteadOfHanging()
    {
        LedgerCache? cache = null;
        Exception? told = null;
        cache = Cache(LedgerCache.Eager with { Capacity = 1 });
        _ledger.Before = async (batch, ct) =>
        {
            if (batch[0].Key.Text(0) == "a") told = await Record.ExceptionAsync(async () => await cache.WriteAsync("b", "1", ct));
        };
        await cache.WriteAsync("a", "1");
        await cache.DrainedAsync();
        told.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task GetAsync_EntryIsGoneWhileTheValueWaits_TakesItFromTheQueueNotFromTheOldDatabase()
    {
        _ledger.Rows["a"] = "old";
        var cache = Cache();
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("a", "new");
        await cache.ClearAsync();
        (await cache.ReadAsync("a")).ShouldBe("new");
        _ledger.Reads.ShouldBe(0);
        _gate.Open();
        await cache.DrainedAsync();
        await cache.ClearAsync();
        (await cache.ReadAsync("a")).ShouldBe("new");
        _ledger.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task PersistAsync_Fails_IsTriedAgainLaterAndLater()
    {
        var cache = Cache(LedgerCache.Eager with { RetryDelay = TimeSpan.FromSeconds(10), MaxRetryDelay = TimeSpan.FromSeconds(40) });
        var failures = 3;
        _ledger.Before = (_, _) => failures-- > 0 ? Task.FromException(new IOException("down")) : Task.CompletedTask;
        await cache.WriteAsync("a", "1");
        for (var batch = 1; batch <= 3; batch++)
        {
            await UntilAsync(() => _ledger.Batches == batch && _desk.Time.ActiveTimers > 0);
            _desk.Time.Advance(TimeSpan.FromSeconds(4.9)); // below half of the first pause
            _ledger.Batches.ShouldBe(batch);
            await AdvanceUntilAsync(() => _ledger.Batches == batch + 1);
        }

        await UntilAsync(() => cache.QueueLength == 0);
        _ledger.Writes.ShouldBe([("a", "1")]);
    }

    [Fact]
    public async Task PersistAsync_OneValueOfABatchCannotBeWritten_TheOthersAreAndItBecomesADeadLetter()
    {
        var cache = Cache(LedgerCache.Eager with { BatchSize = 8, MaxAttempts = 5, GiveUpAfter = TimeSpan.FromMinutes(1) });
        _ledger.Before = async (batch, ct) =>
        {
            await _gate.PassAsync(ct);
            if (batch.Any(item => item.Value == "bad")) throw new InvalidDataException("column too small");
        };
        await cache.WriteAsync("first", "1");
        await _gate.ReachedAsync();
        for (var i = 0; i < 8; i++) await cache.WriteAsync($"k{i}", i == 3 ? "bad" : "good");
        _gate.Open();
        await AdvanceUntilAsync(() => cache.QueueLength == 0);
        _ledger.Rows.Count.ShouldBe(8);
        var dead = (await cache.ListDeadLettersAsync()).ShouldHaveSingleItem();
        dead.Key.Text(0).ShouldBe("k3");
        dead.Reason.ShouldContain("column too small");
        dead.ToString().ShouldNotContain("k3");

        _ledger.Before = (_, _) => Task.CompletedTask;
        (await cache.ReplayDeadLettersAsync()).ShouldBe(1);
        await AdvanceUntilAsync(() => cache.QueueLength == 0); // it may still pause after the last failure
        _ledger.Rows["k3"].ShouldBe("bad");
        (await cache.ListDeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reject_OneValue_IsADeadLetterAtOnceAndTheOthersAreWritten()
    {
        var cache = Cache();
        _ledger.Before = (batch, _) =>
        {
            for (var i = 0; i < batch.Count; i++) if (batch[i].Value == "bad") batch.Reject(i, new InvalidDataException("never"));
            return Task.CompletedTask;
        };
        await cache.WriteAsync("a", "bad");
        await cache.WriteAsync("b", "good");
        await cache.DrainedAsync();
        (await cache.ListDeadLettersAsync()).Single().Key.Text(0).ShouldBe("a");
        await cache.WriteAsync("a", "good"); // a newer value that is written takes the letter's place
        await cache.DrainedAsync();
        (await cache.ListDeadLettersAsync()).ShouldBeEmpty();
        (await cache.ReplayDeadLettersAsync()).ShouldBe(0);
        _ledger.Rows["a"].ShouldBe("good");
    }

    [Fact]
    public async Task PersistAsync_LongOutage_MakesNoDeadLettersBeforeItsTime()
    {
        var cache = Cache(LedgerCache.Eager with { MaxAttempts = 2, GiveUpAfter = TimeSpan.FromHours(1) });
        var isDown = true;
        _ledger.Before = (_, _) => isDown ? Task.FromException(new IOException("down")) : Task.CompletedTask;
        await cache.WriteAsync("a", "1");
        await AdvanceUntilAsync(() => _ledger.Batches > 20);
        (await cache.ListDeadLettersAsync()).ShouldBeEmpty();
        isDown = false;
        await AdvanceUntilAsync(() => cache.QueueLength == 0);
        _ledger.Rows["a"].ShouldBe("1");
    }

    [Fact]
    public async Task StopAsync_EmptiesTheQueueAndRefusesMore()
    {
        var cache = Cache(new() { FlushDelay = TimeSpan.FromHours(1) });
        for (var i = 0; i < 5; i++) await cache.WriteAsync($"k{i}", "1");
        (await cache.StopAsync().WaitAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();
        _ledger.Rows.Count.ShouldBe(5);
        await Should.ThrowAsync<ObjectDisposedException>(async () => await cache.WriteAsync("a", "1"));
    }

    [Fact]
    public async Task StopAsync_DatabaseHangs_EndsInTimeAndSaysWhatIsLeft()
    {
        var cache = Cache();
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
        await cache.WriteAsync("a", "1");
        await _gate.ReachedAsync();
        var stop = cache.StopAsync(TimeSpan.FromSeconds(5));
        await AdvanceUntilAsync(() => stop.IsCompleted);
        (await stop).ShouldBe(new WriteBehindDrain(1, false));
        _desk.Log.Lines.ShouldContain(line => line.Text.Contains("stopped with 1 values left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ManyWriters_RandomFailures_EachKeyIsWrittenInOrderAndEndsAtItsNewest()
    {
        var random = new Random(17);
        var gate = new Lock();
        var cache = Cache(LedgerCache.Eager with { Capacity = 8, BatchSize = 4, RetryDelay = TimeSpan.FromTicks(1), MaxRetryDelay = TimeSpan.FromTicks(2) });
        bool Chance(int percent)
        {
            lock (gate) return random.Next(100) < percent;
        }

        _ledger.Before = (_, _) => Chance(30) ? Task.FromException(new IOException("before")) : Task.CompletedTask;
        _ledger.After = () => Chance(20) ? Task.FromException(new IOException("after")) : Task.CompletedTask;
        var writers = Parallel.ForAsync(0, 20, async (key, token) =>
        {
            for (var n = 1; n <= 50; n++)
            {
                await cache.WriteAsync($"k{key}", $"{n}", token);
                if (n % 7 == 0) (await cache.ReadAsync($"k{key}")).ShouldBe($"{n}");
            }
        });
        await AdvanceUntilAsync(() => writers.IsCompleted && cache.QueueLength == 0, TimeSpan.FromMilliseconds(1));
        await writers;
        for (var key = 0; key < 20; key++)
        {
            var seen = _ledger.Writes.Where(write => write.Key == $"k{key}").Select(write => int.Parse(write.Value, null)).ToArray();
            seen.ShouldBe(seen.Order());
            seen[^1].ShouldBe(50);
        }
    }

    private LedgerCache Cache(WriteBehindOptions? options = null)
    {
        var cache = new LedgerCache(_desk.Context, _ledger, options);
        _caches.Add(cache);
        return cache;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_000_000 && !condition(); i++) await Task.Yield();
        condition().ShouldBeTrue();
    }

    private async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan? step = null)
    {
        for (var i = 0; i < 20_000 && !condition(); i++)
        {
            _desk.Time.Advance(step ?? TimeSpan.FromSeconds(1));
            for (var j = 0; j < 200 && !condition(); j++) await Task.Yield();
        }

        condition().ShouldBeTrue();
    }
}
