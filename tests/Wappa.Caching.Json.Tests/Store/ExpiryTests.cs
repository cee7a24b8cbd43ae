namespace Wappa.Caching.Json.Tests.Store;

/// <summary>Expired records leave the disk without being read.</summary>
public sealed class ExpiryTests : StoreFixture
{
    private string OrderFile => FileOf("states/hotel123_pizza_order_+1234567890.json");

    [Fact]
    public async Task ExpiredRecord_InMemory_LosesItsFileAtTheNextCheckpoint()
    {
        var store = Open();
        await store.ApplyAsync(Order, Set("{}", TimeSpan.FromSeconds(30)));
        store.Checkpoint();
        File.Exists(OrderFile).ShouldBeTrue();

        Clock.Advance(TimeSpan.FromSeconds(32));
        store.Checkpoint();

        File.Exists(OrderFile).ShouldBeFalse();
    }

    [Fact]
    public async Task DeletedRecord_LeavesMemoryOnceItsFileIsGone()
    {
        var store = Open();
        await store.ApplyAsync(Profile, Set("{}"));
        store.Checkpoint();
        var before = store.Status.CachedBytes;
        for (var i = 0; i < 100; i++)
        {
            var key = RecordKey.State("hotel123", "+1234567890", $"once{i}");
            await store.ApplyAsync(key, Set("{}"));
            if (i % 2 == 0) store.Checkpoint();
            await store.ApplyAsync(key, new RecordChange.Delete());
        }

        store.Status.CachedBytes.ShouldBeGreaterThan(before, "until then they stand for files that are to be removed");
        store.Checkpoint();

        store.Status.CachedBytes.ShouldBe(before);
        (await store.GetAsync(RecordKey.State("hotel123", "+1234567890", "once0"))).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task ExpiredRecord_OfAnEarlierRun_IsSweptWithoutBeingRead()
    {
        var store = Open();
        await store.ApplyAsync(Order, Set("{}", TimeSpan.FromSeconds(30)));
        await store.ApplyAsync(Profile, Set("{}"));
        store.Dispose();
        Clock.Advance(TimeSpan.FromSeconds(31));

        Open().Sweep();

        File.Exists(OrderFile).ShouldBeFalse();
        File.Exists(FileOf("users/hotel123_+1234567890.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task ExpiredRecord_CreatedAnewBeforeItsFileWasRemoved_Stays()
    {
        var store = Open();
        await store.ApplyAsync(Order, Set("""{"a":1}""", TimeSpan.FromSeconds(30)));
        store.Checkpoint();
        Clock.Advance(TimeSpan.FromSeconds(31));
        (await store.ApplyAsync(Order, new RecordChange.CreateIfAbsent(CacheDocument.Parse("""{"a":2}""")))).Applied.ShouldBeTrue();
        store.Checkpoint();
        store.Abandon();

        (await TextAsync(Open(), Order)).ShouldBe("""{"a":2}""");
    }

    [Fact]
    public async Task TimeToLive_OfForEver_IsWrittenAsTheLastInstantThatHasAText()
    {
        var store = Open();
        await store.ApplyAsync(Order, Set("{}", TimeSpan.MaxValue));
        store.Dispose();

        File.ReadAllText(OrderFile).ShouldContain("9999-12-31T23:59:59.999Z");
        (await Open().GetAsync(Order)).IsHit.ShouldBeTrue();
    }
}
