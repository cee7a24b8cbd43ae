using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>A cache that throws, hangs or lies under write-behind: what was acknowledged is in the queue, and readers get it from there.</summary>
public sealed class WriteBehindFailureTests : IAsyncDisposable
{
    private readonly Desk _desk;
    private readonly Ledger _ledger = new();
    private readonly Gate _gate = new();
    private readonly LedgerCache _cache;
    private TrickStore? _trick;

    public WriteBehindFailureTests()
    {
        _desk = new Desk(memory => _trick = new TrickStore(memory));
        _cache = new LedgerCache(_desk.Context, _ledger);
        _ledger.Before = (_, ct) => _gate.PassAsync(ct);
    }

    private TrickStore Trick => _trick!;

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        await _cache.StopAsync(TimeSpan.Zero);
        _desk.Dispose();
    }

    [Theory, InlineData("set"), InlineData("")]
    public async Task WriteAsync_CacheThrows_IsQueuedReadAndWritten(string operation)
    {
        await _cache.SetAsync(["a"], "old");
        Trick.Throw(operation);
        await _cache.WriteAsync("a", "new");
        (await _cache.ReadAsync("a")).ShouldBe("new");
        _desk.Log.Of(LogLevel.Error).ShouldNotBeEmpty();
        _gate.Open();
        await _cache.DrainedAsync();
        _ledger.Rows["a"].ShouldBe("new");
    }

    [Fact]
    public async Task WriteAsync_CacheHangs_CostsNoMoreThanItsDeadlines()
    {
        Trick.Hang("set");
        Trick.Hang("remove");
        var write = _cache.WriteAsync("a", "1").AsTask();
        for (var i = 0; i < 10 && !write.IsCompleted; i++)
        {
            _desk.Time.Advance(TimeSpan.FromSeconds(1));
            for (var j = 0; j < 1_000 && !write.IsCompleted; j++) await Task.Yield();
        }

        await write.WaitAsync(TimeSpan.FromSeconds(30));
        (await _cache.ReadAsync("a")).ShouldBe("1");
    }

    [Fact]
    public async Task GetAsync_CacheLiesAboutWhatItHas_TheQueueIsBelieved()
    {
        Trick.Answer = _ => new CacheEntry("\"a lie\""u8.ToArray());
        await _cache.WriteAsync("a", "1");
        (await _cache.ReadAsync("a")).ShouldBe("1");
    }

    [Fact]
    public async Task WriteAsync_Strict_CallerIsToldThatItIsQueued()
    {
        var context = new CacheStrategyContext(_desk.Store, time: _desk.Time, loggers: _desk.Log);
        var strict = new LedgerCache(context, _ledger, policy: new() { Strict = true });
        Trick.Throw("set");
        (await Should.ThrowAsync<CacheStoreException>(async () => await strict.WriteAsync("a", "1"))).Message.ShouldContain("queued");
        _gate.Open();
        await strict.DrainedAsync();
        _ledger.Rows["a"].ShouldBe("1");
        await strict.StopAsync();
    }

    [Fact]
    public async Task WriteAsync_KeysOfAnyLength_AreToldApart()
    {
        _gate.Open();
        var (x, y) = (new string('x', 250), new string('y', 250));
        await _cache.WriteAsync([x, x, "1"], "one", null);
        await _cache.WriteAsync([x, x, "2"], "two", null);
        await _cache.WriteAsync([y, "☕", "a:b"], "three", null);
        await _cache.DrainedAsync();
        _ledger.Writes.Select(write => write.Value).Order().ShouldBe(["one", "three", "two"]);
    }

    [Fact]
    public void Options_ThatCannotBe_SayWhich()
    {
        Should.Throw<ArgumentException>(() => new WriteBehindOptions { Capacity = 0 }).Message.ShouldContain("Capacity");
        Should.Throw<ArgumentException>(() => new WriteBehindOptions { RetryDelay = TimeSpan.Zero }).Message.ShouldContain("RetryDelay");
        Should.Throw<ArgumentException>(() => Made(new() { LeaseTime = TimeSpan.FromSeconds(1) })).Message.ShouldContain("LeaseTime");
        Should.Throw<ArgumentException>(() => Made(new() { MaxRetryDelay = TimeSpan.FromMilliseconds(1) })).Message.ShouldContain("MaxRetryDelay");
        Should.Throw<ArgumentException>(() => Made(new() { Journalled = true })).Message.ShouldContain("Journalled");

        LedgerCache Made(WriteBehindOptions options) => new(new CacheStrategyContext(_desk.Store), _ledger, options);
    }

    [Fact]
    public async Task Constructor_AnotherCacheOfTheNamespaceIsThere_RefusesUntilThatIsStopped()
    {
        Should.Throw<InvalidOperationException>(() => new LedgerCache(_desk.Context, new Ledger())).Message.ShouldContain("namespace ledger");
        await _cache.StopAsync();
        await new LedgerCache(_desk.Context, new Ledger()).StopAsync();
    }
}
