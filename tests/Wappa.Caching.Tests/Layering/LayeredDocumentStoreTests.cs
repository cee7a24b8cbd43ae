using Wappa.Caching.Layering;
using Wappa.Caching.Scopes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Wappa.Caching.Tests.Layering;

/// <summary>What is kept, for how long, and what drops it.</summary>
public sealed class LayeredDocumentStoreTests : LayeredFixture
{
    [Fact]
    public async Task GetAsync_Again_IsServedFromMemoryToTheLetter()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1, TimeSpan.FromMinutes(1));
        var first = await Layered.GetAsync(Key);
        Clock.Advance(TimeSpan.FromSeconds(10));
        var second = await Layered.GetAsync(Key);
        Told.Reads.ShouldBe(1);
        second.Document.ShouldBe(first.Document);
        second.Revision.ShouldBe(first.Revision);
        second.Ttl.Remaining.ShouldBe(TimeSpan.FromSeconds(50));
        (await Layered.GetTtlAsync(Key)).Remaining.ShouldBe(TimeSpan.FromSeconds(50));
        (await Layered.GetFieldAsync(Key, "n")).Document.ShouldBe(first.Document);
        (await Layered.GetManyAsync([Key, Key])).ShouldAllBe(record => record.IsHit);
        Told.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_Hit_AllocatesNothing()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1, TimeSpan.FromMinutes(1));
        await Layered.GetAsync(Key);
        for (var i = 0; i < 100; i++) (await Layered.GetAsync(Key)).IsHit.ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var hits = 0;
        for (var i = 0; i < 1000; i++) hits += (await Layered.GetAsync(Key)).IsHit ? 1 : 0;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        hits.ShouldBe(1000);
        Told.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_NothingIsTold_IsNeverOlderThanMaxAge()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        await ReadAsync();
        await WriteElsewhereAsync(2); // untold
        Clock.Advance(TimeSpan.FromSeconds(30) - new TimeSpan(1));
        (await ReadAsync()).ShouldBe(1);
        Clock.Advance(new TimeSpan(1));
        (await ReadAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task GetAsync_AnswerWasSlow_TheBoundCountsFromTheQuestion()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        var answer = HoldAnswerOf("Get");
        var reading = Layered.GetAsync(Key);
        await answer.Came.Task;
        Clock.Advance(TimeSpan.FromSeconds(20));
        answer.Release.SetResult();
        await reading;
        await WriteElsewhereAsync(2); // untold
        Clock.Advance(TimeSpan.FromSeconds(10));
        (await ReadAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task GetAsync_TimeToLiveIsShorter_EndsWithIt()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1, TimeSpan.FromSeconds(5));
        await ReadAsync();
        Clock.Advance(TimeSpan.FromSeconds(5));
        (await ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_Missing_IsKeptUntilItIsCreated()
    {
        await Layered.StartAsync();
        (await ReadAsync()).ShouldBeNull();
        (await IsKeptAsync(Key)).ShouldBeTrue();
        (await Layered.GetTtlAsync(Key)).Exists.ShouldBeFalse();
        await WriteElsewhereAsync(1);
        Tell(Key);
        (await ReadAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_MissingAndMissesAreNotKept_AsksAgain()
    {
        await using var layered = Layered = Make(new() { KeepsMisses = false });
        await Layered.StartAsync();
        await ReadAsync();
        (await IsKeptAsync(Key)).ShouldBeFalse();
    }

    [Fact]
    public async Task GetAsync_ReadFails_IsNotKept()
    {
        var forgiving = new ForgivingDocumentStore(Shared, NullLogger.Instance);
        await using var layered = new LayeredDocumentStore(forgiving, Feed, time: Clock);
        await layered.StartAsync();
        await WriteElsewhereAsync(1);
        Shared.Before = _ => throw new CacheStoreUnavailableException("down");
        (await layered.GetAsync(Key)).IsHit.ShouldBeFalse();
        Shared.Before = _ => ValueTask.CompletedTask;
        (await layered.GetAsync(Key)).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task ApplyAsync_OutcomeIsUnknown_TheNextReadAsks()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        await ReadAsync();
        Shared.After = call => call.IsWrite ? throw new CacheStoreTimeoutException("lost") : ValueTask.CompletedTask;
        await Should.ThrowAsync<CacheStoreTimeoutException>(async () => await Layered.ApplyAsync(Key, Set(2)));
        (await ReadAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task ApplyAsync_RefusedAsTheKeptOneWasOld_TheNextReadIsNew()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        var old = await Layered.GetAsync(Key);
        await WriteElsewhereAsync(2); // untold
        var refused = await Layered.ApplyAsync(Key, new RecordChange.ReplaceIf(CacheDocument.Empty, old.Revision));
        refused.Outcome.ShouldBe(ChangeOutcome.RevisionMismatch);
        (await ReadAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task OnGap_UntilListening_NothingIsKept()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        await ReadAsync();
        Feed.Tell(listener => listener.OnGap());
        Layered.Count.ShouldBe(0);
        (await IsKeptAsync(Key)).ShouldBeFalse();
        (await IsKeptAsync(Key)).ShouldBeFalse();
        await Layered.GetFieldAsync(Key, "n");
        await Layered.GetManyAsync([Key]);
        Layered.Count.ShouldBe(0);
        Feed.Tell(listener => listener.OnListening());
        (await IsKeptAsync(Key)).ShouldBeFalse();
        (await IsKeptAsync(Key)).ShouldBeTrue();
    }

    [Fact]
    public async Task DeleteAllAsync_OfATable_DropsItsRows()
    {
        var row = RecordKey.Table("hotel123", TableKey.Row("products", "pizza_large"));
        var other = RecordKey.Table("hotel123", TableKey.Row("orders", "1"));
        await Layered.StartAsync();
        await Layered.GetManyAsync([row, other]);
        await Layered.DeleteAllAsync(RecordSet.Rows("hotel123", "products"));
        (await IsKeptAsync(row)).ShouldBeFalse();
        (await IsKeptAsync(other)).ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_MoreThanMayBeKept_StaysWithinTheLimits()
    {
        await using var layered = Layered = Make(new() { MaxCount = 100, MaxBytes = 40_000 });
        await Layered.StartAsync();
        for (var i = 0; i < 2000; i++)
        {
            var key = RecordKey.User("hotel123", $"{i}");
            if (i % 3 == 0) await Elsewhere.ApplyAsync(key, Set(i));
            if (i == 700) await Elsewhere.ApplyAsync(key, new RecordChange.SetField("x", new byte[50_002].Select(_ => (byte)'1').ToArray()));
            await Layered.GetAsync(key);
            await Layered.GetAsync(OtherKey);
            Layered.Count.ShouldBeInRange(1, 100);
            Layered.Bytes.ShouldBeInRange(1, 40_000);
        }

        Layered.Count.ShouldBeGreaterThan(90);
    }

    [Fact]
    public async Task Memory_NobodyReads_IsGivenBack()
    {
        await Layered.StartAsync();
        for (var i = 0; i < 500; i++) await Layered.GetAsync(RecordKey.User("hotel123", $"{i}"));
        Layered.Count.ShouldBe(500);
        Clock.Advance(TimeSpan.FromSeconds(32));
        Layered.Count.ShouldBe(0);
        Layered.Bytes.ShouldBe(0);
    }

    [Fact]
    public async Task GetAsync_ListeningFails_IsTriedAgainAfterASecond()
    {
        Feed.Before = () => throw new CacheStoreUnavailableException("down");
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        for (var i = 0; i < 10; i++) (await ReadAsync()).ShouldBe(1);
        Feed.Attempts.ShouldBe(1);
        Layered.Count.ShouldBe(0);

        Clock.Advance(TimeSpan.FromSeconds(1));
        Feed.Before = () => Task.CompletedTask;
        await ReadAsync();
        await Layered.StartAsync();
        Feed.Attempts.ShouldBe(2);
        await ReadAsync();
        (await IsKeptAsync(Key)).ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_ListeningIsImpossible_IsNotTriedAgain()
    {
        Feed.Before = () => throw new NotSupportedException("no");
        await Layered.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await ReadAsync();
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Feed.Attempts.ShouldBe(1);
        Layered.Count.ShouldBe(0);
    }

    [Fact]
    public async Task DisposeAsync_Afterwards_GoesToTheSharedStore()
    {
        await Layered.StartAsync();
        await WriteElsewhereAsync(1);
        await ReadAsync();
        await Layered.DisposeAsync();
        Feed.Listeners.ShouldBeEmpty();
        await WriteElsewhereAsync(2);
        (await ReadAsync()).ShouldBe(2);
        (await IsKeptAsync(Key)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Options_ThatCannotWork_AreRefused(int number)
    {
        Should.Throw<ArgumentException>(() => Make(new() { MaxAge = TimeSpan.FromSeconds(number) })).Message.ShouldContain("MaxAge");
        Should.Throw<ArgumentException>(() => Make(new() { MaxCount = number })).Message.ShouldContain("MaxCount");
        Should.Throw<ArgumentException>(() => Make(new() { MaxBytes = number })).Message.ShouldContain("MaxBytes");
    }
}
