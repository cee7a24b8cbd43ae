using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>What an operation costs: the flushes it sends, on one server and on a cluster.</summary>
public sealed class EntryTripTests : IAsyncLifetime
{
    private const string Plain = "chat:v1:plain";
    private const string Tagged = "chat:v1:tagged";
    private const string Sliding = "chat:v1:sliding";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly CacheEntry Value = new(new byte[100]) { Ttl = Hour };

    private readonly EntryHarness _plain = new(RedisTarget.StandaloneAsync);
    private readonly EntryHarness _cluster = new(RedisTarget.ClusterAsync);

    public static TheoryData<string, int, int> Costs => new()
    {
        { "get", 1, 1 }, { "get missing", 1, 1 }, { "get tagged", 2, 2 }, { "get sliding", 2, 2 }, { "get many", 1, 1 },
        { "get many tagged", 2, 2 }, { "set", 1, 1 }, { "set tagged", 1, 2 }, { "set many", 1, 1 }, { "set many tagged", 1, 2 },
        { "add", 1, 1 }, { "begin", 1, 2 }, { "complete", 1, 1 }, { "complete tagged", 1, 3 }, { "remove", 1, 1 }, { "remove tagged", 2, 2 },
        { "remove by tag", 1, 2 }, { "renew", 2, 2 }, { "renew tagged", 4, 4 },
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Theory, MemberData(nameof(Costs))]
    public async Task Operation_Undisturbed_SendsNoMoreThanItMust(string operation, int onOneServer, int onACluster)
    {
        (await CountAsync(_plain, operation)).ShouldBe(onOneServer);
        (await CountAsync(_cluster, operation)).ShouldBe(onACluster);
    }

    private static async Task<int> CountAsync(EntryHarness harness, string operation)
    {
        var seeds = await harness.CreateAsync(new EntryStoreOptions());
        var tagged = Value with { Tags = ["one", "two"] };
        await seeds.SetManyAsync([new(Plain, Value), new(Tagged, tagged), new(Sliding, Value with { SlidingTtl = Hour })]);
        await using var client = new CountingClient(harness.Client);
        var store = new RedisCacheStore(client, harness.Options);
        var fence = await store.BeginLoadAsync(operation == "complete tagged" ? Tagged : Plain);
        client.Count = 0;
        switch (operation)
        {
            case "get": (await store.GetAsync(Plain)).ShouldNotBeNull(); break;
            case "get missing": (await store.GetAsync("missing")).ShouldBeNull(); break;
            case "get tagged": (await store.GetAsync(Tagged)).ShouldNotBeNull(); break;
            case "get sliding": (await store.GetAsync(Sliding)).ShouldNotBeNull(); break;
            case "get many": (await store.GetManyAsync([Plain, "missing", Plain])).Count.ShouldBe(3); break;
            case "get many tagged": (await store.GetManyAsync([Plain, Tagged])).ShouldAllBe(entry => entry != null); break;
            case "set": await store.SetAsync(Plain, Value); break;
            case "set tagged": await store.SetAsync(Tagged, tagged); break;
            case "set many": await store.SetManyAsync([new(Plain, Value), new("other", Value)]); break;
            case "set many tagged": await store.SetManyAsync([new(Plain, Value), new(Tagged, tagged)]); break;
            case "add": (await store.AddAsync("missing", Value)).ShouldBeTrue(); break;
            case "begin": await store.BeginLoadAsync("missing"); break;
            case "complete": (await store.CompleteLoadAsync(Plain, Value, fence)).ShouldBeTrue(); break;
            case "complete tagged": (await store.CompleteLoadAsync(Tagged, tagged, fence)).ShouldBeTrue(); break;
            case "remove": (await store.RemoveAsync(Plain)).ShouldBeTrue(); break;
            case "remove tagged": (await store.RemoveAsync(Tagged)).ShouldBeTrue(); break;
            case "remove by tag": await store.RemoveByTagAsync("one"); break;
            case "renew": (await store.RenewAsync(Plain, Hour)).ShouldBeTrue(); break;
            case "renew tagged": (await store.RenewAsync(Tagged, Hour)).ShouldBeTrue(); break;
            default: throw new ArgumentException($"'{operation}' is no operation of this suite.", nameof(operation));
        }

        return client.Count;
    }

    private sealed class CountingClient(IRedisClient client) : PassingClient(client)
    {
        internal int Count { get; set; }

        protected override Task BeforeAsync()
        {
            Count++;
            return Task.CompletedTask;
        }
    }
}
