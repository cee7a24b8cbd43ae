using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Tests.Strategies.WriteThrough;

/// <summary>A store that throws, hangs or lies under write-through: the write stands, and the old entry goes.</summary>
public sealed class WriteThroughFailureTests : IDisposable
{
    private readonly Desk _desk;
    private readonly Rows _rows = new();
    private TrickStore? _trick;

    public WriteThroughFailureTests() => _desk = new Desk(memory => _trick = new TrickStore(memory));

    private TrickStore Trick => _trick!;

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task WriteAsync_StoreThrowsOnSet_WriteStandsAndTheEntryIsRemoved()
    {
        var cache = new RowCache(_desk.Context, _rows);
        await cache.WriteAsync("a", "1");
        Trick.Throw("set");
        await cache.WriteAsync("a", "2");
        _rows["a"].ShouldBe("2");
        (await cache.TryGetAsync(["a"])).IsHit.ShouldBeFalse();
        (await cache.ReadAsync("a")).ShouldBe("2");
        _desk.Log.Of(LogLevel.Error).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_Strict_CallerIsToldThatTheWriteStands()
    {
        var cache = new RowCache(_desk.Context, _rows, new() { Strict = true });
        Trick.Throw("set");
        (await Should.ThrowAsync<CacheStoreException>(async () => await cache.WriteAsync("a", "2"))).Message.ShouldContain("stands");
        _rows["a"].ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_StoreIsDownForAWhile_TheOldEntryIsRemovedWhenItComesBack()
    {
        var cache = new RowCache(_desk.Context, _rows);
        await cache.WriteAsync("a", "1");
        await cache.WriteAsync("b", "1");
        Trick.Throw("set");
        Trick.Throw("remove");
        await cache.WriteAsync("a", "2");
        await cache.WriteAsync("b", "2");
        (await Trick.GetAsync("rows:v1:a")).ShouldNotBeNull();
        for (var i = 0; i < 4; i++) await StepAsync(1, TimeSpan.FromSeconds(5));

        Trick.Before.Clear();
        await StepAsync(2, TimeSpan.FromSeconds(5));
        (await cache.ReadAsync("a")).ShouldBe("2");
        (await cache.ReadAsync("b")).ShouldBe("2");
    }

    [Fact]
    public async Task UpdateAsync_OldEntryCouldNotBeRemoved_BuildsOnTheDatabase()
    {
        var cache = new RowCache(_desk.Context, _rows);
        await cache.WriteAsync("a", "1");
        Trick.Throw("set");
        Trick.Throw("remove");
        await cache.WriteAsync("a", "2");
        await cache.AppendAsync("a", "3");
        _rows["a"].ShouldBe("23");
    }

    [Fact]
    public async Task WriteAsync_StoreHangs_CostsNoMoreThanItsDeadlines()
    {
        var cache = new RowCache(_desk.Context, _rows);
        Trick.Hang("set");
        Trick.Hang("remove");
        var write = cache.WriteAsync("a", "1").AsTask();
        for (var i = 0; i < 10 && !write.IsCompleted; i++)
        {
            _desk.Time.Advance(TimeSpan.FromSeconds(1));
            for (var j = 0; j < 1_000 && !write.IsCompleted && _desk.Time.ActiveTimers == 0; j++) await Task.Yield();
        }

        await write.WaitAsync(TimeSpan.FromSeconds(30));
        _rows["a"].ShouldBe("1");
    }

    [Fact]
    public async Task WriteAsync_SetThatWasGivenUpLandsLater_DoesNotBringAnOldValueBack()
    {
        var cache = new RowCache(_desk.Context, _rows);
        var late = new TaskCompletionSource();
        Trick.Before["set"] = _ => late.Task;
        var first = cache.WriteAsync("a", "1").AsTask();
        _desk.Time.Advance(TimeSpan.FromSeconds(1));
        await first.WaitAsync(TimeSpan.FromSeconds(30));
        Trick.Before.Clear();
        await cache.WriteAsync("a", "2");
        var removed = Trick.Calls("remove");
        late.SetResult();
        for (var i = 0; i < 100_000 && Trick.Calls("remove") == removed; i++) await Task.Yield();
        (await cache.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_StoreSaysItStoredAndDidNot_ReadersGoToTheDatabase()
    {
        var cache = new RowCache(_desk.Context, _rows);
        Trick.Answer = _ => null;
        await cache.WriteAsync("a", "1");
        (await cache.ReadAsync("a")).ShouldBe("1");
        _rows.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_StoreHasABug_WriteStandsAndTheBugIsNotHidden()
    {
        var cache = new RowCache(_desk.Context, _rows);
        await cache.WriteAsync("a", "1");
        Trick.Throw("set", new NotSupportedException("bug"));
        await Should.ThrowAsync<NotSupportedException>(async () => await cache.WriteAsync("a", "2"));
        (await cache.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task WriteAsync_StoreThrowsSomethingElseWhileItIsRepaired_TheRepairGoesOnAndSaysSo()
    {
        var cache = new RowCache(_desk.Context, _rows);
        await cache.WriteAsync("a", "1");
        Trick.Throw("set");
        Trick.Throw("remove");
        await cache.WriteAsync("a", "2");
        Trick.Throw("remove", new ObjectDisposedException("connection"));
        await StepAsync(1, TimeSpan.FromSeconds(5));
        Trick.Before.Clear();
        await StepAsync(1, TimeSpan.FromSeconds(5));
        (await cache.ReadAsync("a")).ShouldBe("2");
        _desk.Log.Lines.ShouldContain(line => line.Error is ObjectDisposedException);
    }

    [Fact]
    public async Task WriteAsync_StoreHasABugWhichKeepsTheOldEntry_TheEntryIsRemovedWhenItIsOver()
    {
        var cache = new RowCache(_desk.Context, _rows);
        await cache.WriteAsync("a", "1");
        Trick.Throw("set", new ObjectDisposedException("connection"));
        Trick.Throw("remove", new ObjectDisposedException("connection"));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await cache.WriteAsync("a", "2"));
        Trick.Before.Clear();
        await StepAsync(1, TimeSpan.FromSeconds(5));
        (await cache.ReadAsync("a")).ShouldBe("2");
    }

    // Lets the repairs' timer fire and waits until they have tried.
    private async Task StepAsync(int calls, TimeSpan by)
    {
        var before = Trick.Calls("remove");
        _desk.Time.Advance(by);
        for (var i = 0; i < 1_000_000 && Trick.Calls("remove") < before + calls; i++) await Task.Yield();
        for (var i = 0; i < 1_000_000 && _desk.Time.ActiveTimers == 0 && !Trick.Before.IsEmpty; i++) await Task.Yield();
    }
}
