using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Replies lost half-way: what can be repeated is, and the rest says that nobody knows.</summary>
public sealed class LostReplyTests : IAsyncLifetime
{
    private const string Key = "chat:v1:conversation:123";

    private RedisServer? _server;
    private FaultProxy? _proxy;
    private RedisClient? _client;
    private RedisCacheStore? _store;

    private FaultProxy Proxy => _proxy!;

    private RedisCacheStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _proxy = FaultProxy.To(_server);
        _client = new RedisClient(
            RedisUrl.Parse(_proxy.Url) with { CommandTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System, NullLogger.Instance);
        _store = new RedisCacheStore(_client, new());
        await _store.GetAsync(Key);
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _proxy!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    public static TheoryData<string> Writes => ["set", "set many", "add", "complete", "renew"];

    [Theory, MemberData(nameof(Writes))]
    public async Task Write_ReplyLost_SaysThatNobodyKnows(string write)
    {
        var fence = await Store.BeginLoadAsync(Key);
        if (write == "renew")
        {
            await Store.SetAsync(Key, Entry("v"));
            await Store.RenewAsync(Key, TimeSpan.FromHours(1)); // the server knows the script from now on
        }

        // The reply to the look of a renewal comes back: 48 bytes. The one to its script does not.
        Proxy.CutRepliesAfter(write == "renew" ? 56 : 2);
        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
        {
            switch (write)
            {
                case "set": await Store.SetAsync(Key, Entry("v")); break;
                case "set many": await Store.SetManyAsync([new("other", Entry("v")), new(Key, Entry("v"))]); break;
                case "add": await Store.AddAsync(Key, Entry("v")); break;
                case "complete": await Store.CompleteLoadAsync(Key, Entry("v"), fence); break;
                default: await Store.RenewAsync(Key, TimeSpan.FromHours(2)); break;
            }
        });

        error.OutcomeUnknown.ShouldBeTrue();
        (await Store.GetAsync(Key)).ShouldNotBeNull().Value.ToArray().ShouldBe("v"u8.ToArray());
    }

    [Fact]
    public async Task Get_CutInTheMiddleOfAValue_ReturnsAllOfIt()
    {
        var value = new byte[300_000];
        Random.Shared.NextBytes(value);
        await Store.SetAsync(Key, new CacheEntry(value) { Tags = ["t"] });
        foreach (var after in (int[])[1, 30, 4_000, 150_000, 300_030])
        {
            Proxy.CutRepliesAfter(after);
            (await Store.GetAsync(Key)).ShouldNotBeNull().Value.ToArray().ShouldBe(value);
        }
    }

    [Theory]
    [InlineData("key")]
    [InlineData("tag")]
    [InlineData("prefix")]
    public async Task Removal_ReplyLost_IsMadeAndRefusesTheLoad(string by)
    {
        for (var cut = 0; cut < 8; cut++)
        {
            await Store.SetAsync(Key, Entry("v", "t"));
            var fence = await Store.BeginLoadAsync(Key);
            Proxy.CutRepliesAfter(3 * cut);
            switch (by)
            {
                case "key": await Store.RemoveAsync(Key); break;
                case "tag": await Store.RemoveByTagAsync("t"); break;
                default: await Store.RemoveByPrefixAsync("chat:"); break;
            }

            Proxy.CutRepliesAfter(long.MaxValue);
            (await Store.GetAsync(Key)).ShouldBeNull();
            (await Store.CompleteLoadAsync(Key, Entry("stale", "t"), fence)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task BeginLoad_ReplyLost_GivesAFenceThatCounts()
    {
        Proxy.CutRepliesAfter(3);
        var fence = await Store.BeginLoadAsync(Key);
        (await Store.CompleteLoadAsync(Key, Entry("loaded"), fence)).ShouldBeTrue();
    }

    [Fact]
    public async Task RemoveByPrefix_CutAgainAndAgain_RemovesAll()
    {
        const int Count = 5_000;
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await Store.SetManyAsync([.. Enumerable.Range(0, Count).Select(i => KeyValuePair.Create($"chat:v1:{i}", Entry("v")))]);
            Proxy.CutRepliesAfter(attempt * 30_000);
            await Store.RemoveByPrefixAsync("chat:");
            Proxy.CutRepliesAfter(long.MaxValue);
            await using var raw = await _server!.ConnectAsync();
            await raw.CallAsync("SELECT", "3");
            (await raw.NumberAsync("DBSIZE")).ShouldBe(0);
        }
    }

    [Fact]
    public async Task RemoveByPrefix_NeverWithoutANewConnection_SaysThatSomeMayBeLeft()
    {
        await Store.SetManyAsync([.. Enumerable.Range(0, 5_000).Select(i => KeyValuePair.Create($"chat:v1:{i}", Entry("v")))]);
        await using var unsteady = new UnsteadyClient(_client!);

        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await new RedisCacheStore(unsteady, new()).RemoveByPrefixAsync("chat:"));

        error.OutcomeUnknown.ShouldBeTrue();
    }

    private static CacheEntry Entry(string text, params string[] tags) => new(System.Text.Encoding.UTF8.GetBytes(text)) { Tags = [.. tags] };

    /// <summary>Has a new connection whenever it is asked.</summary>
    private sealed class UnsteadyClient(IRedisClient client) : PassingClient(client)
    {
        public override async ValueTask<ServerFacts> ConnectAsync(CancellationToken cancellationToken = default) =>
            await base.ConnectAsync(cancellationToken) with { };
    }
}
