using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;
using Wappa.Caching;

namespace Wappa.Benchmarks.Strategies;

/// <summary>Get-or-load of what is not there, and sets. The load returns a ready object, so what is left is the cache.</summary>
internal static class MissCases
{
    private static readonly Order Ready = Order.Of(0);
    private static readonly Task<Order> Loaded = Task.FromResult(Ready);

    /// <summary>Into empty caches that grow; each call of the loop has new ones.</summary>
    public static Comparison Miss() => new(
        "get-or-load, miss", "new keys", new Case("IMemoryCache.GetOrCreate", PeerMiss),
        [new Case("FetchAsync", OurMiss) { Target = new(2.5, MaxBytes: 400) }]);

    /// <summary>Ours writes JSON, so that nobody can change what is cached; the peer keeps the object.</summary>
    public static Comparison Set(OrderCaches caches) => new(
        "set", "hot 1,000", new Case("IMemoryCache.Set", PeerSet(caches.Peer)), [new Case("SetAsync", OurSet(caches.Ours))]);

    private static ValueTask<int> PeerMiss(int start, int operations)
    {
        using var cache = new MemoryCache(new MemoryCacheOptions());
        var loaded = 0;
        for (var n = 0; n < operations; n++)
        {
            var order = cache.GetOrCreate(Users.Key(n), static entry =>
            {
                entry.AbsoluteExpirationRelativeToNow = Users.Ttl;
                return Ready;
            });
            if (order is not null) loaded++;
        }

        return new(loaded);
    }

    private static ValueTask<int> OurMiss(int start, int operations)
    {
        using var store = new MemoryCacheStore();
        var cache = new OrderCache(new CacheStrategyContext(store, Stores.NewSerializer()));
        var loaded = 0;
        for (var n = 0; n < operations; n++)
        {
            var read = cache.FetchAsync(["state", Users.Handler, Users.Id(n)], 0, static (_, _, _) => Loaded);
            if (read.AtOnce() is not null) loaded++;
        }

        return new(loaded);
    }

    private static Loop PeerSet(IMemoryCache cache)
    {
        string[] keys = [.. Users.Visits(hot: true).Select(Users.Key)];
        return (start, operations) =>
        {
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                cache.Set(keys[i], Ready, Users.Ttl);
                if (++i == keys.Length) i = 0;
            }

            return new(operations);
        };
    }

    private static Loop OurSet(OrderCache cache)
    {
        string[] ids = [.. Users.Visits(hot: true).Select(Users.Id)];
        return (start, operations) =>
        {
            var set = 0;
            for (int n = 0, i = start % ids.Length; n < operations; n++)
            {
                if (cache.SetAsync(["state", Users.Handler, ids[i]], Ready).AsTask().IsCompletedSuccessfully) set++;
                if (++i == ids.Length) i = 0;
            }

            return new(set);
        };
    }
}
