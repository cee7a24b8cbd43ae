namespace Wappa.Caching.Tests.Strategies.WriteThrough;

/// <summary>The database first, then the cache, one writer of a key at a time.</summary>
public sealed class WriteThroughTests : IDisposable
{
    private readonly Desk _desk = new();
    private readonly Rows _rows = new();
    private readonly RowCache _cache;

    public WriteThroughTests() => _cache = new RowCache(_desk.Context, _rows);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task WriteAsync_Succeeds_DatabaseAndCacheHaveIt()
    {
        await _cache.WriteAsync("a", "1");
        _rows["a"].ShouldBe("1");
        (await _cache.ReadAsync("a")).ShouldBe("1");
        _rows.Reads.ShouldBe(0);
        _cache.Writers.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_DatabaseRefuses_CallerIsToldAndTheEntryIsGone()
    {
        await _cache.WriteAsync("a", "1");
        _rows.BeforeWrite = _ => throw new InvalidOperationException("refused");
        (await Should.ThrowAsync<InvalidOperationException>(async () => await _cache.WriteAsync("a", "2"))).Message.ShouldBe("refused");
        (await _cache.TryGetAsync(["a"])).IsHit.ShouldBeFalse();
        (await _cache.ReadAsync("a")).ShouldBe("1");
        _cache.Writers.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_DatabaseWroteAndItsReplyWasLost_NextReaderSeesWhatTheDatabaseHas()
    {
        await _cache.WriteAsync("a", "1");
        await Should.ThrowAsync<TimeoutException>(async () => await _cache.WriteAsync(["a"], "2", async () =>
        {
            await _rows.WriteAsync("a", "2");
            throw new TimeoutException();
        }));
        (await _cache.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_ValueHasNoJson_IsWrittenNowhere()
    {
        var called = false;
        var cache = new Odd(_desk.Context);
        await Should.ThrowAsync<CacheSerializationException>(async () => await cache.WriteAsync(["a"], new Derived(), () =>
        {
            called = true;
            return Task.CompletedTask;
        }));
        called.ShouldBeFalse();
    }

    [Fact]
    public async Task WriteAsync_TwoWritersOfOneKey_TheSecondWaitsAndItsValueStays()
    {
        var gate = new TaskCompletionSource();
        _rows.BeforeWrite = value => value == "1" ? gate.Task : Task.CompletedTask;
        var first = _cache.WriteAsync("a", "1").AsTask();
        var second = _cache.WriteAsync("a", "2").AsTask();
        await _cache.WriteAsync("b", "other keys do not wait");
        second.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await Task.WhenAll(first, second);
        _rows.Writes.ShouldBe(["other keys do not wait", "1", "2"]);
        (await _cache.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_TwoInstancesOfOneNamespace_TakeTurnsToo()
    {
        var other = new RowCache(_desk.Context, _rows);
        var gate = new TaskCompletionSource();
        _rows.BeforeWrite = value => value == "1" ? gate.Task : Task.CompletedTask;
        var first = _cache.WriteAsync("a", "1").AsTask();
        var second = other.WriteAsync("a", "2").AsTask();
        second.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await Task.WhenAll(first, second);
        (await _cache.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_CancelledWhileItWaits_IsNotWrittenAndTheNextGoesOn()
    {
        var gate = new TaskCompletionSource();
        _rows.BeforeWrite = value => value == "1" ? gate.Task : Task.CompletedTask;
        using var cancel = new CancellationTokenSource();
        var first = _cache.WriteAsync("a", "1").AsTask();
        var second = _cache.WriteAsync("a", "2", cancel.Token).AsTask();
        var third = _cache.WriteAsync("a", "3").AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(second);
        gate.SetResult();
        await Task.WhenAll(first, third);
        _rows.Writes.ShouldBe(["1", "3"]);
        _cache.Writers.ShouldBe(0);
    }

    [Fact]
    public async Task LoadDuringAWrite_DoesNotBringTheOldValueBack()
    {
        _rows["a"] = "old";
        var gate = new TaskCompletionSource<string>();
        var reader = _cache.GetOrSetAsync(["a"], _ => gate.Task).AsTask();
        await _cache.WriteAsync("a", "new");
        gate.SetResult("old");
        (await reader).ShouldBe("old");
        (await _cache.ReadAsync("a")).ShouldBe("new");
    }

    [Fact]
    public async Task UpdateAsync_MissingEntry_IsLoadedFirst()
    {
        _rows["a"] = "x";
        await _cache.AppendAsync("a", "y");
        _rows["a"].ShouldBe("xy");
        (await _cache.ReadAsync("a")).ShouldBe("xy");
        _rows.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task UpdateAsync_ManyAtOnce_LoseNothing()
    {
        _rows["a"] = "";
        await Parallel.ForAsync(0, 200, async (_, token) => await _cache.AppendAsync("a", "x", token));
        _rows["a"].Length.ShouldBe(200);
        (await _cache.ReadAsync("a")).Length.ShouldBe(200);
    }

    [Fact]
    public async Task UpdateAsync_StaleEntry_IsNotBuiltUpon()
    {
        var cache = new RowCache(
            _desk.Context, _rows, new() { Ttl = TimeSpan.FromMinutes(1), StaleWhileRevalidate = TimeSpan.FromMinutes(5) });
        await cache.WriteAsync("a", "1");
        _rows["a"] = "changed by others";
        _desk.Time.Advance(TimeSpan.FromMinutes(2));
        await cache.AppendAsync("a", "!");
        _rows["a"].ShouldBe("changed by others!");
    }

    [Fact]
    public async Task UpdateAsync_ChangeThrows_NothingIsWritten()
    {
        await _cache.WriteAsync("a", "1");
        await Should.ThrowAsync<FormatException>(async () =>
            await _cache.UpdateAsync(["a"], _ => throw new FormatException(), () => _rows.WriteAsync("a", "2")));
        (await _cache.ReadAsync("a")).ShouldBe("1");
        _cache.Writers.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_WithinAWriteOfItsKey_ThrowsInsteadOfHanging()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(
            async () => await _cache.WriteAsync(["a"], "1", async () => await _cache.WriteAsync("a", "2")));
        error.Message.ShouldContain("waits for itself");
        await _cache.WriteAsync("a", "3");
        await _cache.WriteAsync(["a"], "4", async () => await _cache.WriteAsync("b", "5")); // another key is fine
        (await _cache.ReadAsync("b")).ShouldBe("5");
    }

    [Fact]
    public async Task WriteAsync_TwoWritesWithinEachOthersKeys_OneThrowsAndTheOtherEnds()
    {
        var (inA, inB) = (new TaskCompletionSource(), new TaskCompletionSource());
        var one = _cache.WriteAsync(["a"], "1", async () =>
        {
            inA.SetResult();
            await inB.Task;
            await _cache.WriteAsync("b", "2");
        }).AsTask();
        var other = _cache.WriteAsync(["b"], "3", async () =>
        {
            inB.SetResult();
            await inA.Task;
            await _cache.WriteAsync("a", "4");
        }).AsTask();
        await Task.WhenAny(Task.WhenAll(one, other), Task.Delay(TimeSpan.FromSeconds(30)));
        new[] { one, other }.Count(task => task.IsFaulted).ShouldBe(1);
        new[] { one, other }.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        _cache.Writers.ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_Ttl_IsTheEntrys()
    {
        await _cache.WriteAsync(["a"], "1", (_, _) => Task.CompletedTask, TimeSpan.FromMinutes(3));
        (await _desk.Store.GetTtlAsync("rows:v1:a")).Remaining.ShouldBe(TimeSpan.FromMinutes(3));
    }

    public record Thing;

    public sealed record Derived : Thing
    {
        public int More { get; init; }
    }

    private sealed class Odd(CacheStrategyContext context) : WriteThroughCacheStrategy<Thing>(context, "odd");
}
