using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Tests.Records;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Two processes race step by step: whatever the order, nothing stale is left behind.</summary>
public sealed class EntryRaceTests : IAsyncLifetime
{
    private const int Orders = 150;

    private readonly EntryHarness _plain = new(RedisTarget.StandaloneAsync);
    private readonly EntryHarness _cluster = new(RedisTarget.ClusterAsync);

    public static TheoryData<string, bool> Changes =>
        [.. from change in (string[])["set", "remove", "remove by tag", "remove by prefix"] from isCluster in (bool[])[false, true]
            select new TheoryDataRow<string, bool>(change, isCluster)];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Theory, MemberData(nameof(Changes))]
    public async Task Load_AgainstAChange_NeverLeavesTheOldValue(string change, bool isCluster)
    {
        var (stepped, reader) = await OpenAsync(isCluster);
        var left = new Dictionary<string, int> { ["old"] = 0, ["new"] = 0, ["nothing"] = 0 };
        for (var seed = 0; seed < Orders; seed++)
        {
            var (key, tag, source) = ($"race{seed}:1", $"tag{seed}", "old");
            async Task LoadAsync(RedisCacheStore store)
            {
                var fence = await store.BeginLoadAsync(key);
                var value = Volatile.Read(ref source);
                await store.CompleteLoadAsync(key, Entry(value, tag), fence);
            }

            var order = await stepped.RunAsync(
                seed, LoadAsync, async store =>
                {
                    await store.GetAsync(key);
                    Volatile.Write(ref source, "new");
                    await ChangeAsync(store, change, key, tag);
                },
                LoadAsync);
            var found = await reader.GetAsync(key) is { } entry ? Text(entry) : "nothing";
            found.ShouldNotBe("old", order);
            left[found]++;
        }

        // A walk over all keys of a cluster can outlast every load.
        if (change != "remove by prefix") left["new"].ShouldBeGreaterThan(Orders / 20, "a load that no change has touched is stored");
        if (change != "set") left["nothing"].ShouldBeGreaterThan(Orders / 20, "a load that was overtaken is not");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RemoveByTag_AgainstWritesWithTheTag_LeavesThemOrRemovesThem(bool isCluster)
    {
        var (stepped, reader) = await OpenAsync(isCluster);
        for (var seed = 0; seed < Orders; seed++)
        {
            var (first, second, tag) = ($"race{seed}:1", $"race{seed}:2", $"tag{seed}");
            await reader.SetAsync(first, Entry("old", tag, "other"));
            var order = await stepped.RunAsync(
                seed, async store => await store.RemoveByTagAsync(tag), async store => await store.SetAsync(second, Entry("new", tag)),
                async store => await store.RenewAsync(first, TimeSpan.FromHours(1)));
            (await reader.GetAsync(first)).ShouldBeNull(order);
            if (await reader.GetAsync(second) is not null) await reader.RemoveByTagAsync(tag);
            (await reader.GetAsync(second)).ShouldBeNull(order);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Add_OfTwoOverALostEntry_IsWonByOne(bool isCluster)
    {
        var (stepped, reader) = await OpenAsync(isCluster);
        for (var seed = 0; seed < Orders; seed++)
        {
            var (key, tag) = ($"race{seed}:1", $"tag{seed}");
            await reader.SetAsync(key, Entry("old", tag));
            await reader.RemoveByTagAsync(tag);
            var won = 0;
            async Task AddAsync(RedisCacheStore store)
            {
                if (await store.AddAsync(key, Entry("added", tag))) Interlocked.Increment(ref won);
            }

            var order = await stepped.RunAsync(seed, AddAsync, AddAsync, async store => await store.GetAsync(key));
            won.ShouldBe(1, order);
            Text((await reader.GetAsync(key)).ShouldNotBeNull(order)).ShouldBe("added");
        }
    }

    private static async Task ChangeAsync(RedisCacheStore store, string change, string key, string tag)
    {
        switch (change)
        {
            case "set": await store.SetAsync(key, Entry("new", tag)); break;
            case "remove": await store.RemoveAsync(key); break;
            case "remove by tag": await store.RemoveByTagAsync(tag); break;
            default: await store.RemoveByPrefixAsync(key[..^1]); break;
        }
    }

    private static CacheEntry Entry(string text, params string[] tags) => new(System.Text.Encoding.UTF8.GetBytes(text)) { Tags = [.. tags] };

    private static string Text(CacheEntry entry) => System.Text.Encoding.UTF8.GetString(entry.Value.Span);

    private async Task<(SteppedStores Stepped, RedisCacheStore Reader)> OpenAsync(bool isCluster)
    {
        var harness = isCluster ? _cluster : _plain;
        var reader = await harness.CreateAsync(new EntryStoreOptions());
        await reader.GetAsync("warm:1");
        return (new SteppedStores(harness.Client, harness.Options), reader);
    }
}
