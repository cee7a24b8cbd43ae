using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>What a server refuses: errors with a way out, and without anybody's keys or values.</summary>
public sealed class RefusalTests
{
    private const string Secret = "4915112345678";

    private static readonly RecordKey Key = RecordKey.User("hotel123", Secret);

    [Fact]
    public async Task User_WithoutPermission_IsToldWhatIsMissing()
    {
        await using var server = await RedisServer.StartAsync(new() { Lines = ["user poor on >poor ~* &* -@all +@read +@connection +info"] });
        await using var client = Client($"redis://poor:poor@127.0.0.1:{server.Port}");

        var error = await Should.ThrowAsync<CacheStoreException>(
            async () => await new RedisDocumentStore(client, new()).ApplyAsync(Key, new RecordChange.Set(CacheDocument.Empty)));

        error.Message.ShouldContain("EVAL");
        ShouldBeDiscreet(error);
    }

    [Fact]
    public async Task User_OfOtherKeys_IsToldWhatIsMissing()
    {
        await using var server = await RedisServer.StartAsync(
            new() { Lines = ["user other on >other ~other:* &* +@all"] });
        await using var client = Client($"redis://other:other@127.0.0.1:{server.Port}");
        var store = new RedisDocumentStore(client, new());

        foreach (var change in (RecordChange[])[new RecordChange.Set(CacheDocument.Empty), new RecordChange.Persist()])
        {
            var error = await Should.ThrowAsync<CacheStoreException>(async () => await store.ApplyAsync(Key, change));
            error.Message.ShouldContain("ACL");
            error.OutcomeUnknown.ShouldBeFalse();
            ShouldBeDiscreet(error);
        }
    }

    [Fact]
    public async Task Server_OutOfMemory_ChangesNothing()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Client(server.Url);
        var store = new RedisDocumentStore(client, new());
        await store.ApplyAsync(Key, new RecordChange.Set(CacheDocument.Parse("""{"n":1}""")));
        await server.CallAsync("CONFIG", "SET", "maxmemory", "1");

        RecordWrite[] growing =
        [
            new(RecordKey.User("hotel123", "other"), new RecordChange.Set(CacheDocument.Empty)),
            new(Key, new RecordChange.SetField("n", "2"u8.ToArray())), new(Key, new RecordChange.Append("list", "2"u8.ToArray())),
        ];
        foreach (var (key, change) in growing)
        {
            var error = await Should.ThrowAsync<CacheStoreException>(async () => await store.ApplyAsync(key, change));
            error.Message.ShouldContain("maxmemory");
            error.OutcomeUnknown.ShouldBeFalse();
        }

        (await store.GetAsync(Key)).Document!.GetField<int>("n").ShouldBe(1);
        (await store.ApplyAsync(Key, new RecordChange.Set(CacheDocument.Parse("""{"n":2}""")))).Applied.ShouldBeTrue();
        (await store.GetAsync(Key)).Document!.GetField<int>("n").ShouldBe(2);
        (await store.ApplyAsync(Key, new RecordChange.Delete())).Applied.ShouldBeTrue();
    }

    [Fact]
    public async Task OneDatabase_WithAPrefix_HoldsEverything()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Client(server.Url);
        var store = new RedisDocumentStore(client, new() { KeyPrefix = "app1:", StateDatabase = 0, TableDatabase = 0 });
        var other = new RedisDocumentStore(client, new() { KeyPrefix = "app2:", StateDatabase = 0, TableDatabase = 0 });
        RecordWrite[] writes =
        [
            new(Key, new RecordChange.Set(CacheDocument.Empty)),
            new(RecordKey.State("hotel123", Secret, "a"), new RecordChange.Set(CacheDocument.Empty)),
        ];
        (await store.CommitAsync(writes)).Committed.ShouldBeTrue();

        (await other.GetAsync(Key)).IsHit.ShouldBeFalse();
        (await server.CallAsync("EXISTS", $"app1:hotel123:user:{Secret}", $"app1:hotel123:state:a:{Secret}")).ShouldBe(2L);
        (await other.DeleteAllAsync(RecordSet.OfUser("hotel123", Secret))).ShouldBe(0);
        (await store.DeleteAllAsync(RecordSet.OfUser("hotel123", Secret))).ShouldBe(2);
        (await server.CallAsync("DBSIZE")).ShouldBe(0L);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("app}:")]
    public void Prefix_WithBraces_IsRefused(string prefix) =>
        Should.Throw<ArgumentException>(() => new RecordStoreOptions { KeyPrefix = prefix }.ThrowIfInvalid()).Message.ShouldContain("brace");

    private static RedisClient Client(string url) => new(RedisUrl.Parse(url), TimeProvider.System, NullLogger.Instance);

    private static void ShouldBeDiscreet(CacheStoreException error) => error.ToString().ShouldNotContain(Secret);
}
