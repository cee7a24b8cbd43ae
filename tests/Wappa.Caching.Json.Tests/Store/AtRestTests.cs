namespace Wappa.Caching.Json.Tests.Store;

/// <summary>What a person finds in the folder.</summary>
public sealed class AtRestTests : StoreFixture
{
    [Fact]
    public async Task Files_AfterDispose_HaveTheNamesOfTheGuideAndHoldEverything()
    {
        var store = Open();
        await store.ApplyAsync(Profile, Set("""{"name":"Ann","visits":1.0,"tags":[]}"""));
        await store.ApplyAsync(Order, Set("""{"step":"size"}""", TimeSpan.FromMinutes(30)));
        await store.ApplyAsync(Pizza, Set("""{"price":15.99}"""));
        store.Dispose();

        File.ReadAllText(FileOf("users/hotel123_+1234567890.json")).ShouldContain("\"visits\": 1.0,\n    \"tags\": []");
        File.ReadAllText(FileOf("states/hotel123_pizza_order_+1234567890.json")).ShouldContain("\"expires\": \"2025-01-15T11:00:00.000Z\"");
        File.ReadAllText(FileOf("tables/hotel123_products_pizza_large.json"))
            .ShouldStartWith("{\n  \"key\": \"hotel123:df:products:pkid:pizza_large\",\n  \"revision\": ");
        var journal = new DirectoryInfo(JournalFolder).GetFiles("*.jsonl").ShouldHaveSingleItem();
        journal.Length.ShouldBeLessThan(512, "at rest a journal says only that everything is in the files");
        Directory.GetFiles(Root, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Store_OpenedAgain_HasValuesRevisionsAndTimesToLive()
    {
        var store = Open();
        var before = await store.ApplyAsync(Order, Set("""{"step":"size"}""", TimeSpan.FromMinutes(30)));
        store.Dispose();
        Clock.Advance(TimeSpan.FromMinutes(10));

        var again = Open();
        var record = await again.GetAsync(Order);
        record.Document!.ToString().ShouldBe("""{"step":"size"}""");
        record.Revision.ShouldBe(before.Record.Revision);
        record.Ttl.Remaining.ShouldBe(TimeSpan.FromMinutes(20));
        (await again.ApplyAsync(Order, Set("{}"))).Record.Revision.ShouldBeGreaterThan(before.Record.Revision);
    }

    [Fact]
    public async Task Store_ThatWasKilled_HasEverythingAcknowledgedAndNoFileYet()
    {
        var store = Open();
        await store.ApplyAsync(Profile, new RecordChange.Increment("n", CacheNumber.From(7)));
        store.Abandon();

        File.Exists(FileOf("users/hotel123_+1234567890.json")).ShouldBeFalse();
        var again = Open();
        (await TextAsync(again, Profile)).ShouldBe("""{"n":7}""");
        again.Checkpoint();
        File.Exists(FileOf("users/hotel123_+1234567890.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task Journal_BetweenCheckpoints_ReadsLikeTheChanges()
    {
        var store = Open();
        await store.ApplyAsync(Profile, Set("""{"name":"Zoë 🍕"}"""));
        await store.ApplyAsync(Profile, new RecordChange.Delete());

        var lines = File.ReadLines(Directory.GetFiles(JournalFolder, "*.jsonl").Single()).Where(line => line.Length > 0).ToList();
        lines.Count.ShouldBe(5); // the segment's header, and for each change a batch's header and its line
        lines[2].ShouldContain("""
            "k":"hotel123:user:+1234567890","v":{"name":"Zoë 🍕"}}
            """);
        lines[4].ShouldEndWith("\"v\":null}");
    }

    [Fact]
    public async Task Segments_WhoseChangesAreInFiles_AreDeleted()
    {
        var store = Open(segment: 4096);
        for (var i = 0; i < 200; i++) await store.ApplyAsync(Profile, new RecordChange.Increment("n", CacheNumber.From(1)));
        Directory.GetFiles(JournalFolder, "*.jsonl").Length.ShouldBeGreaterThan(5);

        store.Checkpoint();

        Directory.GetFiles(JournalFolder, "*.jsonl").Length.ShouldBe(1);
        store.Status.JournalBytes.ShouldBeLessThan(1024);
        store.Abandon();
        (await TextAsync(Open(), Profile)).ShouldBe("""{"n":200}""");
    }

    [Fact]
    public async Task Journal_ThatIsFull_MakesTheWriterBringTheFilesUpToDate()
    {
        var store = Open(options => options.MaxJournalBytes = 64 << 10, segment: 4096);
        for (var i = 0; i < 2000; i++) await store.ApplyAsync(Profile, new RecordChange.Increment("n", CacheNumber.From(1)));

        store.Status.JournalBytes.ShouldBeLessThan(66 << 10);
        (await TextAsync(store, Profile)).ShouldBe("""{"n":2000}""");
    }
}
