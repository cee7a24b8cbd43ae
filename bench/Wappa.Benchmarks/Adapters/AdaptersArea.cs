using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;
using Wappa.Benchmarks.Strategies;
using Wappa.Caching;

namespace Wappa.Benchmarks.Adapters;

/// <summary>What stands over the memory store in an app: counting, transforms, HybridCache.</summary>
internal static class AdaptersArea
{
    private static readonly Task<Order> Loaded = Task.FromResult(Order.Of(0));

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Sampler sampler)
    {
        await using var plain = new ServiceCollection().AddWappaHybridCache().BuildServiceProvider();
        await using var encrypted = With(caching => caching.EncryptEntries(o => o.Keys.Add("k1", EntryKeyRing.NewKey())));
        await using var compressed = With(caching => caching.CompressEntries(o => o.Threshold = 0));
        using var bare = new MemoryCacheStore();
        var rows = new List<Row>();
        foreach (var comparison in (Comparison[])
        [
            await HitsAsync(plain),
            await ReadsAsync(bare, plain, encrypted, compressed),
            Writes(bare, plain, encrypted, compressed),
        ])
        {
            rows.AddRange(Row.Of(comparison, sampler.Measure(comparison)));
        }

        return rows;
    }

    private static ServiceProvider With(Action<ICachingBuilder> configure) =>
        new ServiceCollection().AddWappaCaching(configure).BuildServiceProvider();

    private static ICacheStore StoreOf(ServiceProvider app) => app.GetRequiredService<ICacheStore>();

    /// <summary>An immutable value that is there.</summary>
    private static async Task<Comparison> HitsAsync(ServiceProvider app)
    {
        var peer = new MemoryCache(new MemoryCacheOptions());
        var hybrid = app.GetRequiredService<HybridCache>();
        var strategy = new OrderCache(app.GetRequiredService<CacheStrategyContext>());
        string[] keys = [.. Users.Visits(hot: true).Select(Users.Key)];
        string[] ids = [.. Users.Visits(hot: true).Select(Users.Id)];
        for (var i = 0; i < keys.Length; i++)
        {
            peer.Set(Users.Key(i), Order.Of(i), Users.Ttl);
            await hybrid.SetAsync(keys[i], Order.Of(i), new HybridCacheEntryOptions { Expiration = Users.Ttl });
            await strategy.SetAsync(["state", Users.Handler, ids[i]], Order.Of(i));
        }

        return new(
            "HybridCache, hit", Users.Describe(hot: true),
            new Case("IMemoryCache.GetOrCreate", Over(keys, key => peer.GetOrCreate(key, static _ => Order.Of(0)) is not null)),
            [
                new Case("HybridCache.GetOrCreateAsync", Over(keys, key =>
                    hybrid.GetOrCreateAsync(key, 0, static (_, _) => ValueTask.FromResult(Order.Of(0))).AtOnce() is not null))
                {
                    Target = new(1.5, MaxBytes: 0),
                },
                new Case("FetchAsync, store counted", Over(ids, id =>
                    strategy.FetchAsync(["state", Users.Handler, id], 0, static (_, _, _) => Loaded).AtOnce() is not null)),
            ]);
    }

    private static async Task<Comparison> ReadsAsync(
        MemoryCacheStore bare, ServiceProvider plain, ServiceProvider encrypted, ServiceProvider compressed)
    {
        var json = CacheSerializer.Default.ToJson(Order.Of(0));
        string[] keys = [.. Users.Visits(hot: true).Select(Users.Key)];
        foreach (var key in keys)
        {
            foreach (var store in (ICacheStore[])[bare, StoreOf(plain), StoreOf(encrypted), StoreOf(compressed)])
                await store.SetAsync(key, new CacheEntry(json));
        }

        return new("entry, read", Users.Describe(hot: true), Read("memory store", bare),
        [
            Read("counted", StoreOf(plain)) with { Target = new(1.6, MaxBytes: 0) },
            Read("counted, encrypted", StoreOf(encrypted)), Read("counted, compressed", StoreOf(compressed)),
        ]);

        Case Read(string name, ICacheStore store) => new(name, Over(keys, key => store.GetAsync(key).AtOnce() is not null));
    }

    private static Comparison Writes(
        MemoryCacheStore bare, ServiceProvider plain, ServiceProvider encrypted, ServiceProvider compressed)
    {
        var entry = new CacheEntry(CacheSerializer.Default.ToJson(Order.Of(0)));
        string[] keys = [.. Users.Visits(hot: true).Select(Users.Key)];
        return new("entry, set", Users.Describe(hot: true), Set("memory store", bare),
        [
            Set("counted", StoreOf(plain)), Set("counted, encrypted", StoreOf(encrypted)), Set("counted, compressed", StoreOf(compressed)),
        ]);

        Case Set(string name, ICacheStore store) => new(name, Over(keys, key => store.SetAsync(key, entry).AtOnce()));
    }

    private static Loop Over(string[] keys, Func<string, bool> operation) => (start, operations) =>
    {
        var done = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (operation(keys[i])) done++;
            if (++i == keys.Length) i = 0;
        }

        return new(done);
    };
}
