using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Strategies;

/// <summary>Get-or-load of what is there.</summary>
internal static class HitCases
{
    private static readonly Task<Order> Loaded = Task.FromResult(Order.Of(0));

    public static Comparison Of(OrderCaches caches, bool hot)
    {
        var visits = Users.Visits(hot);
        var target = new Target(0.8, MaxBytes: 0);
        return new(
            "get-or-load, hit", Users.Describe(hot), new Case("IMemoryCache.GetOrCreate", Peer(caches.Peer, visits)),
            [
                new Case("FetchAsync, a ready-made part", FetchName(caches.Ours, visits)) { Target = target },
                new Case("FetchAsync, three parts", Fetch(caches.Ours, visits)) { Target = target },
                new Case("GetAsync, three parts", Get(caches.Ours, visits)),
                new Case("the loader, ready-made key", Ready(caches.Ours, visits)) { Target = target },
                new Case("registered: a ready-made part", FetchName(caches.Registered, visits)) { Target = target },
                new Case("registered: three parts", Fetch(caches.Registered, visits)) { Target = target },
                new Case("registered: the loader, ready-made key", Ready(caches.Registered, visits)) { Target = target },
                new Case("IMemoryCache, key made on the way", PeerMakingKeys(caches.Peer, visits)),
            ]);
    }

    /// <summary>Two threads, beside one.</summary>
    public static IEnumerable<Comparison> TwoThreads(OrderCaches caches, bool hot)
    {
        var visits = Users.Visits(hot);
        yield return Of("FetchAsync, three parts", Fetch(caches.Ours, visits), new Target(1.7, AtLeast: true));
        yield return Of("registered: three parts", Fetch(caches.Registered, visits), new Target(1.7, AtLeast: true));
        yield return Of("IMemoryCache.GetOrCreate", Peer(caches.Peer, visits), target: null);

        Comparison Of(string name, Loop loop, Target? target) => new(
            "get-or-load, hit, two threads by one", Users.Describe(hot), new Case("one thread", loop),
            [new Case(name, loop, Threads: 2) { Target = target }], RatioKind.Throughput);
    }

    private static Loop Peer(IMemoryCache cache, int[] visits)
    {
        string[] keys = [.. visits.Select(Users.Key)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (cache.GetOrCreate(keys[i], static entry => Order.Of(0)) is not null) found++;
                if (++i == keys.Length) i = 0;
            }

            return new(found);
        };
    }

    private static Loop PeerMakingKeys(IMemoryCache cache, int[] visits)
    {
        string[] ids = [.. visits.Select(Users.Id)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % ids.Length; n < operations; n++)
            {
                var key = $"{Users.Tenant}:state:{Users.Handler}:{ids[i]}";
                if (cache.GetOrCreate(key, static entry => Order.Of(0)) is not null) found++;
                if (++i == ids.Length) i = 0;
            }

            return new(found);
        };
    }

    private static Loop Fetch(OrderCache cache, int[] visits)
    {
        string[] ids = [.. visits.Select(Users.Id)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % ids.Length; n < operations; n++)
            {
                var read = cache.FetchAsync(["state", Users.Handler, ids[i]], 0, static (_, _, _) => Loaded);
                if (read.AtOnce() is not null) found++;
                if (++i == ids.Length) i = 0;
            }

            return new(found);
        };
    }

    // What a user of IMemoryCache has at hand: a key that is a string already. The namespace is put before it on the way.
    private static Loop FetchName(OrderCache cache, int[] visits)
    {
        string[] names = [.. visits.Select(Users.Name)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % names.Length; n < operations; n++)
            {
                if (cache.FetchAsync([names[i]], 0, static (_, _, _) => Loaded).AtOnce() is not null) found++;
                if (++i == names.Length) i = 0;
            }

            return new(found);
        };
    }

    private static Loop Ready(OrderCache cache, int[] visits)
    {
        string[] keys = [.. visits.Select(cache.KeyText)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (cache.TryHit(keys[i])) found++;
                if (++i == keys.Length) i = 0;
            }

            return new(found);
        };
    }

    private static Loop Get(OrderCache cache, int[] visits)
    {
        string[] ids = [.. visits.Select(Users.Id)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % ids.Length; n < operations; n++)
            {
                if (cache.GetAsync(["state", Users.Handler, ids[i]]).AtOnce() is not null) found++;
                if (++i == ids.Length) i = 0;
            }

            return new(found);
        };
    }
}
