using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Servers and users that do not let the store do its work: what is missing is said, and nothing has changed.</summary>
public sealed class EntryRefusalTests
{
    private const string Key = "chat:v1:1234567890";

    [Fact]
    public async Task Server_OutOfMemory_RefusesWritesAndTakesRemovals()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Client(server.Url);
        var store = new RedisCacheStore(client, new());
        await store.SetAsync(Key, Entry("v", "t"));
        await store.SetAsync("chat:v1:2", Entry("v", "t"));
        await store.SetAsync("chat:v1:3", Entry("v"));
        var (byKey, byTag, byPrefix) =
            (await store.BeginLoadAsync(Key), await store.BeginLoadAsync("chat:v1:2"), await store.BeginLoadAsync("chat:v1:3"));
        await server.CallAsync("CONFIG", "SET", "maxmemory", "1");

        foreach (var write in (Func<Task>[])
            [
                async () => await store.SetAsync(Key, Entry("w", "t", "u")), async () => await store.SetAsync(Key, Entry("w")),
                async () => await store.AddAsync("chat:v1:4", Entry("w")), async () => await store.BeginLoadAsync(Key),
                async () => await store.RenewAsync(Key, TimeSpan.FromHours(1)),
            ])
        {
            var error = await Should.ThrowAsync<CacheStoreException>(write);
            error.Message.ShouldContain("maxmemory");
            error.OutcomeUnknown.ShouldBeFalse();
            error.ToString().ShouldNotContain("1234567890");
        }

        (await store.GetAsync(Key)).ShouldNotBeNull().Value.ToArray().ShouldBe("v"u8.ToArray());
        (await store.RemoveAsync(Key)).ShouldBeTrue();
        await store.RemoveByTagAsync("t");
        (await store.GetAsync("chat:v1:2")).ShouldBeNull();
        (await store.RemoveByPrefixAsync("chat:")).ShouldBe(1);

        await server.CallAsync("CONFIG", "SET", "maxmemory", "0");
        (await store.CompleteLoadAsync(Key, Entry("stale"), byKey)).ShouldBeFalse();
        (await store.CompleteLoadAsync("chat:v1:2", Entry("stale", "t"), byTag)).ShouldBeFalse();
        (await store.CompleteLoadAsync("chat:v1:3", Entry("stale"), byPrefix)).ShouldBeFalse();
    }

    [Fact]
    public async Task User_WithoutScripts_IsToldAtOnce()
    {
        await using var server = await RedisServer.StartAsync(new() { Lines = ["user reader on >reader ~* &* +@all -@scripting"] });
        await using var client = Client($"redis://reader:reader@127.0.0.1:{server.Port}");

        var error = await Should.ThrowAsync<CacheStoreException>(async () => await new RedisCacheStore(client, new()).GetAsync(Key));

        error.Message.ShouldContain("EVAL");
    }

    [Fact]
    public async Task User_OfOtherKeys_IsToldWhatIsMissing()
    {
        await using var server = await RedisServer.StartAsync(new() { Lines = ["user other on >other ~other:* &* +@all"] });
        await using var client = Client($"redis://other:other@127.0.0.1:{server.Port}");
        var store = new RedisCacheStore(client, new());
        foreach (var call in (Func<Task>[])
            [
                async () => await store.GetAsync(Key), async () => await store.SetAsync(Key, Entry("v", "t")),
                async () => await store.BeginLoadAsync(Key), async () => await store.RemoveByTagAsync("t"),
            ])
        {
            var error = await Should.ThrowAsync<CacheStoreException>(call);
            error.Message.ShouldContain("ACL");
            error.OutcomeUnknown.ShouldBeFalse();
            error.ToString().ShouldNotContain("1234567890");
        }

        await new RedisCacheStore(client, new() { KeyPrefix = "other:" }).SetAsync(Key, Entry("v", "t"));
    }

    [Fact]
    public async Task Stores_WithPrefixesInOneDatabase_DoNotMeet()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = Client(server.Url);
        var one = new RedisCacheStore(client, new() { KeyPrefix = "a:" });
        var two = new RedisCacheStore(client, new() { KeyPrefix = "b*:" });
        foreach (var store in (RedisCacheStore[])[one, two]) await store.SetAsync(Key, Entry("v", "t"));

        await one.RemoveByTagAsync("t");
        (await one.GetAsync(Key)).ShouldBeNull();
        (await one.RemoveByPrefixAsync("chat:")).ShouldBe(0);
        (await two.RemoveByPrefixAsync("chat:")).ShouldBe(1);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("app}:")]
    public void Prefix_WithBraces_IsRefused(string prefix) =>
        Should.Throw<ArgumentException>(() => new EntryStoreOptions { KeyPrefix = prefix }.ThrowIfInvalid()).Message.ShouldContain("brace");

    private static RedisClient Client(string url) => new(RedisUrl.Parse(url), TimeProvider.System, NullLogger.Instance);

    private static CacheEntry Entry(string text, params string[] tags) => new(System.Text.Encoding.UTF8.GetBytes(text)) { Tags = [.. tags] };
}
