namespace Wappa.Caching.Json.Tests.Store;

/// <summary>What people and accidents do to the files.</summary>
public sealed class HandsOnTests : StoreFixture
{
    private string ProfileFile => FileOf("users/hotel123_+1234567890.json");

    [Fact]
    public async Task File_EditedWithoutItsCheckLine_IsAcceptedUnderANewRevision()
    {
        var revision = await RestAsync("""{"name":"Ann"}""");
        var lines = File.ReadAllLines(ProfileFile).Where(line => !line.Contains("\"check\"")).Select(line => line.Replace("Ann", "Anna"));
        File.WriteAllLines(ProfileFile, lines);

        var store = Open();
        var record = await store.GetAsync(Profile);
        record.Document!.ToString().ShouldBe("""{"name":"Anna"}""");
        record.Revision.ShouldBeGreaterThan(revision);
        store.Checkpoint();
        File.ReadAllText(ProfileFile).ShouldContain("\"check\": \"crc32c:", Case.Sensitive, "it is checked again from now on");
    }

    [Fact]
    public async Task File_EditedWithItsCheckLine_IsPutAsideAndNeverReadAsEmpty()
    {
        await RestAsync("""{"name":"Ann"}""");
        File.WriteAllText(ProfileFile, File.ReadAllText(ProfileFile).Replace("Ann", "Eve"));

        var store = Open();
        for (var i = 0; i < 2; i++) await Should.ThrowAsync<CacheStoreCorruptException>(store.GetAsync(Profile).AsTask());
        await Should.ThrowAsync<CacheStoreCorruptException>(
            store.ApplyAsync(Profile, new RecordChange.Increment("n", CacheNumber.From(1))).AsTask());
        Directory.GetFiles(Quarantine, "*hotel123_+1234567890.json").ShouldHaveSingleItem();
        Directory.GetFiles(Quarantine, "*.reason.json").ShouldHaveSingleItem();
        store.Status.State.ShouldBe(JsonStoreState.Degraded);
        store.Status.Quarantined.ShouldBe(1);

        await store.ApplyAsync(Profile, Set("""{"name":"Ann"}"""));
        (await TextAsync(store, Profile)).ShouldBe("""{"name":"Ann"}""");
    }

    [Fact]
    public async Task DamagedRecord_Deleted_IsMissing()
    {
        await RestAsync("{}");
        File.WriteAllText(ProfileFile, "{");

        var store = Open();
        await Should.ThrowAsync<CacheStoreCorruptException>(store.GetAsync(Profile).AsTask());
        (await store.ApplyAsync(Profile, new RecordChange.Delete())).Applied.ShouldBeTrue();
        (await store.GetAsync(Profile)).IsHit.ShouldBeFalse();
        store.Dispose();
        (await Open().GetAsync(Profile)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task File_DamagedWhileTheJournalStillHasTheRecord_IsRestored()
    {
        var store = Open(options => options.MaxCachedBytes = 0);
        await store.ApplyAsync(Profile, Set("""{"name":"Ann"}"""));
        store.Checkpoint(); // in the file now, out of memory, and still in the segment
        await store.ApplyAsync(Order, Set("{}"));
        File.WriteAllText(ProfileFile, "");

        (await TextAsync(store, Profile)).ShouldBe("""{"name":"Ann"}""");
        store.Status.Healed.ShouldBe(1);
        store.Checkpoint();
        File.ReadAllText(ProfileFile).ShouldContain("Ann");
    }

    [Fact]
    public async Task File_CopiedUnderAnotherName_IsNotAnotherRecord()
    {
        await RestAsync("""{"name":"Ann"}""");
        File.Copy(ProfileFile, FileOf("users/hotel123_eve.json"));

        await Should.ThrowAsync<CacheStoreCorruptException>(Open().GetAsync(RecordKey.User("hotel123", "eve")).AsTask());
    }

    [Fact]
    public async Task File_AddedByHandWhileStopped_IsReadAndListed()
    {
        await RestAsync("{}");
        Directory.CreateDirectory(FileOf("tables"));
        File.WriteAllText(FileOf("tables/hotel123_products_coke.json"),
            """{ "key": "hotel123:df:products:pkid:coke", "value": { "price": 2 } }""");

        var store = Open();
        var rows = new List<string>();
        await foreach (var (key, row) in store.ListAsync(RecordSet.Rows("hotel123", "products"))) rows.Add($"{key.Name} {row.Document}");
        rows.ShouldBe(["coke {\"price\":2}"]);
    }

    [Fact]
    public async Task JournalFolder_DeletedByHandWhileStopped_KeepsRevisionsGrowing()
    {
        var revision = await RestAsync("{}");
        Directory.Delete(JournalFolder, recursive: true);
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await Open().ApplyAsync(Profile, Set("""{"a":1}"""))).Record.Revision.ShouldBeGreaterThan(revision);
    }

    private async Task<long> RestAsync(string json)
    {
        var store = Open();
        var result = await store.ApplyAsync(Profile, Set(json));
        store.Dispose();
        return result.Record.Revision;
    }
}
