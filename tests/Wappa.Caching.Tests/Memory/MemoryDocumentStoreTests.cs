using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>What is the memory store's own: its limit, the space it gives back, and the instance its readers
/// share.</summary>
public sealed class MemoryDocumentStoreTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryDocumentStore _store;
    private readonly UserCaches _me;

    public MemoryDocumentStoreTests()
    {
        _store = new MemoryDocumentStore(time: _clock);
        _me = CacheFactory.Over(_store).ForUser("t", "u");
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Expired_SpaceComesBackWithoutARead()
    {
        for (var i = 0; i < 1_000; i++)
            await _me.State.SetAsync($"s{i}", new { n = i }, TimeSpan.FromMilliseconds(1 + (i * 100)));
        await _me.State.SetAsync("kept", new { n = 1 });
        _store.Count.ShouldBe(1_001);

        _clock.Advance(TimeSpan.FromSeconds(50));
        _store.Count.ShouldBeInRange(501, 523);
        _clock.Advance(TimeSpan.FromSeconds(52));

        _store.Count.ShouldBe(1);
        _store.TimerCount.ShouldBe(0);
        _clock.ActiveTimers.ShouldBe(0); // with nothing to expire nothing ticks
        (await _me.State.ExistsAsync("kept")).ShouldBeTrue();
    }

    [Fact]
    public async Task Ttl_RefreshedAgainAndAgain_CostsOneTimer()
    {
        for (var i = 0; i < 500; i++)
        {
            await _me.State.SetFieldAsync("s", "n", i, TimeSpan.FromMinutes(30));
            _store.TimerCount.ShouldBe(1);
            _clock.Advance(TimeSpan.FromSeconds(20));
        }

        _store.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(30));
        _store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Ttl_LengthenedAndShortenedAgain_OfMany_IsReclaimedAtTheLastInstant()
    {
        for (var i = 0; i < 1_000; i++) await _me.State.SetAsync($"s{i}", new { n = i }, TimeSpan.FromSeconds(4_100));
        for (var i = 0; i < 1_000; i++) await _me.State.SetTtlAsync($"s{i}", TimeSpan.FromHours(10));

        _clock.Advance(TimeSpan.FromSeconds(4_097)); // the timers were dealt out again, by ten hours
        _store.Count.ShouldBe(1_000);
        for (var i = 0; i < 500; i++) await _me.State.SetTtlAsync($"s{i}", TimeSpan.FromSeconds(20));
        for (var i = 500; i < 750; i++) await _me.State.PersistAsync($"s{i}");
        _clock.Advance(TimeSpan.FromSeconds(22));
        _store.Count.ShouldBe(500);

        _clock.Advance(TimeSpan.FromHours(10));
        _store.Count.ShouldBe(250);
        _store.TimerCount.ShouldBe(0);
        for (var i = 500; i < 750; i++) await _me.State.SetTtlAsync($"s{i}", TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(7));
        _store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Ttl_Shortened_IsReclaimedAtTheNewInstantAndPersistNever()
    {
        await _me.State.SetAsync("shorter", new { n = 1 }, TimeSpan.FromHours(1));
        await _me.State.SetAsync("forever", new { n = 1 }, TimeSpan.FromSeconds(5));
        await _me.State.SetTtlAsync("shorter", TimeSpan.FromSeconds(3));
        await _me.State.PersistAsync("forever");

        _clock.Advance(TimeSpan.FromSeconds(5));
        _store.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _store.TimerCount.ShouldBe(0);
        await _me.State.SetTtlAsync("forever", TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(4));
        _store.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Deleted_And_Recreated_LeaveNoTimersBehind()
    {
        for (var i = 0; i < 100; i++)
        {
            await _me.State.SetAsync("s", new { n = i }, TimeSpan.FromMinutes(1));
            await _me.Table.SetAsync("t", "row", new { n = i }, TimeSpan.FromMinutes(1));
            await _me.State.DeleteAsync("s");
            await _me.Table.DeleteAllAsync("t");
        }

        _store.Count.ShouldBe(0);
        _store.TimerCount.ShouldBe(0);
    }

    [Fact]
    public async Task Dispose_StopsTheTickerAndKeepsTheRecords()
    {
        await _me.State.SetAsync("s", new { n = 1 }, TimeSpan.FromMinutes(1));
        _clock.ActiveTimers.ShouldBe(1);

        _store.Dispose();

        _clock.ActiveTimers.ShouldBe(0);
        (await _me.State.GetFieldAsync<int>("s", "n")).ShouldBe(1);
    }

    [Fact]
    public async Task MaxRecords_RefusesOneMoreAndNothingElse()
    {
        using var store = new MemoryDocumentStore(new MemoryStoreOptions { MaxRecords = 3 }, time: _clock);
        var me = CacheFactory.Over(store).ForUser("t", "u");
        await me.State.SetAsync("a", new { n = 1 });
        await me.User.SetAsync("b", new { n = 1 }, TimeSpan.FromSeconds(5));
        await me.Table.SetAsync("t", "c", new { n = 1 });

        var error = await Should.ThrowAsync<CacheLimitException>(async () =>
            await me.State.SetAsync("d", new { n = 1 }));
        error.Limit.ShouldBe(3);
        error.Message.ShouldContain("MaxRecords");
        (await me.State.ExistsAsync("d")).ShouldBeFalse();
        (await me.State.IncrementFieldAsync("a", "n")).ShouldBe(2);
        (await me.State.SetAsync("a", new { n = 5 })).ShouldBeTrue();

        await me.Table.DeleteAsync("t", "c");
        await me.State.SetAsync("d", new { n = 1 });
        await Should.ThrowAsync<CacheLimitException>(async () => await me.State.SetAsync("e", new { n = 1 }));
        _clock.Advance(TimeSpan.FromSeconds(7)); // what has expired has been reclaimed by now
        await me.State.SetAsync("e", new { n = 1 });
        store.Count.ShouldBe(3);
    }

    [Fact]
    public async Task MaxRecords_ACommitThatWouldPassIt_ChangesNothing()
    {
        using var store = new MemoryDocumentStore(new MemoryStoreOptions { MaxRecords = 3 }, time: _clock);
        var me = CacheFactory.Over(store).ForUser("t", "u");
        await me.State.SetAsync("a", new { n = 1 });
        var batch = me.CreateBatch();
        batch.State.Set("a", new { n = 2 }).Set("b", new { n = 1 }).Set("c", new { n = 1 }).Set("d", new { n = 1 });

        await Should.ThrowAsync<CacheLimitException>(async () => await batch.CommitAsync());

        store.Count.ShouldBe(1);
        (await me.State.GetFieldAsync<int>("a", "n")).ShouldBe(1);
        await me.State.SetAsync("b", new { n = 1 });
        await me.State.SetAsync("c", new { n = 1 });
        store.Count.ShouldBe(3);
    }

    [Fact]
    public async Task MaxRecords_FilledByMany_IsNeverPassed()
    {
        using var store = new MemoryDocumentStore(new MemoryStoreOptions { MaxRecords = 100 }, time: _clock);
        var caches = CacheFactory.Over(store);
        var created = 0;
        await Parallel.ForAsync(0, 400, TestContext.Current.CancellationToken, async (i, cancellationToken) =>
        {
            try
            {
                await caches.ForUser("t", $"u{i % 50}").State.SetAsync($"s{i}", new { n = i }, null, cancellationToken);
                Interlocked.Increment(ref created);
            }
            catch (CacheLimitException)
            {
                // one of the three hundred too many
            }
        });

        created.ShouldBe(100);
        store.Count.ShouldBe(100);
    }

    [Fact]
    public async Task Read_OfATypeThatCannotChange_IsTheSameInstanceUntilTheNextWrite()
    {
        await _me.State.SetAsync("s", new Point(1, "x"), TimeSpan.FromMinutes(1));
        var first = await _me.State.GetAsync<Point>("s");

        for (var i = 0; i < 10; i++) (await _me.State.GetAsync<Point>("s")).ShouldBeSameAs(first);
        (await _me.State.TryGetAsync<Point>("s")).Value.ShouldBeSameAs(first);
        await _me.State.SetTtlAsync("s", TimeSpan.FromMinutes(2));
        (await _me.State.GetAsync<Point>("s")).ShouldBe(first);
        await _me.State.SetFieldAsync("s", "x", 2);
        (await _me.State.GetAsync<Point>("s")).ShouldBe(new Point(2, "x"));
    }

    private sealed record Point(int X, string Name);
}
