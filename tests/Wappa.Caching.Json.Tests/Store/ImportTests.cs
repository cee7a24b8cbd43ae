namespace Wappa.Caching.Json.Tests.Store;

/// <summary>A folder that the original Wappa wrote is opened.</summary>
public sealed class ImportTests : StoreFixture
{
    private const string Users = """
        {"_metadata":{"created_at":"2025-01-15T10:00:00","expires_at":null,"version":"1.0"},
         "data":{"hotel123:user:+1234567890":{"name":"Ann","visits":3}}}
        """;

    [Fact]
    public async Task Originals_AtTheFirstOpening_BecomeRecordsAndArePutAside()
    {
        Write("users/hotel123_+1234567890.json", Users);
        Write("tables/hotel123_tables.json", """
            {"_metadata":{"created_at":"2025-01-15T10:00:00","expires_at":null,"version":"1.0"},
             "data":{"hotel123:df:products:pkid:pizza_large":{"price":15.99},"hotel123:df:products:pkid:coke":{"price":2}}}
            """);

        var store = Open();
        (await TextAsync(store, Profile)).ShouldBe("""{"name":"Ann","visits":3}""");
        (await TextAsync(store, Pizza)).ShouldBe("""{"price":15.99}""");
        File.ReadAllText(FileOf("imported/users/hotel123_+1234567890.json")).ShouldBe(Users);
        store.Dispose();
        File.ReadAllText(FileOf("users/hotel123_+1234567890.json")).ShouldContain("\"visits\": 3");
    }

    [Fact]
    public async Task Import_CutShortByAKill_IsFinishedByTheNextOpening()
    {
        Write("users/hotel123_+1234567890.json", Users);
        Open().Abandon();
        Write(".journal/importing", "");
        Write("users/hotel123_bob.json", Users.Replace("+1234567890", "bob"));

        var store = Open();
        (await TextAsync(store, RecordKey.User("hotel123", "bob"))).ShouldNotBeNull();
        (await TextAsync(store, Profile)).ShouldNotBeNull();
        File.Exists(Path.Combine(JournalFolder, "importing")).ShouldBeFalse();
    }

    [Fact]
    public async Task Original_ThatAppearsLater_IsPutAsideAndNotReadAsEmpty()
    {
        Open().Dispose();
        Write("users/hotel123_+1234567890.json", Users);

        await Should.ThrowAsync<CacheStoreCorruptException>(Open().GetAsync(Profile).AsTask());
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(path))!);
        File.WriteAllText(FileOf(path), text);
    }
}
