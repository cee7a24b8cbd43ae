using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Harness;
using Wappa.Caching;

namespace Wappa.Benchmarks.Cases;

/// <summary>Typed reads of what is there.</summary>
internal static class ReadCases
{
    /// <summary>An immutable type, beside <see cref="IMemoryCache"/> with ready-made keys.</summary>
    public static Comparison Immutable(Stores stores, bool hot)
    {
        var visits = Users.Visits(hot);
        return new(
            "read, immutable type", Users.Describe(hot),
            new Case("IMemoryCache.TryGetValue", ReadPeer(stores.Peer, visits)),
            [
                new Case("State.GetAsync", ReadOrders(stores.Scopes(visits))) { Target = new(0.8, MaxBytes: 0) },
                new Case("State.GetAsync, awaited", ReadAwaited(stores.Scopes(visits))),
                new Case("ForUser(…).State.GetAsync", ReadFromFactory(stores.Factory, visits)),
                new Case("ConcurrentDictionary, no TTL", ReadDictionary(visits)),
            ]);
    }

    /// <summary>A type that can change, beside parsing its JSON, which a fresh instance cannot do without.</summary>
    public static Comparison Mutable(Stores stores, bool hot)
    {
        var visits = Users.Visits(hot);
        return new(
            "read, mutable type", Users.Describe(hot),
            new Case("JsonSerializer.Deserialize", Parse(visits)),
            [
                new Case("State.GetAsync", ReadDrafts(stores.Scopes(visits))) { Target = new(1.2) },
                new Case("IMemoryCache of JSON + Deserialize", FindAndParse(visits)),
            ]);
    }

    /// <summary>Two threads that read, beside one.</summary>
    public static IEnumerable<Comparison> TwoThreads(Stores stores, bool hot)
    {
        var visits = Users.Visits(hot);
        var ours = ReadOrders(stores.Scopes(visits));
        var peers = ReadPeer(stores.Peer, visits);
        yield return new(
            "read, two threads by one", Users.Describe(hot), new Case("one thread", ours),
            [new Case("State.GetAsync", ours, Threads: 2) { Target = new(1.85, AtLeast: true) }], RatioKind.Throughput);
        yield return new(
            "read, two threads by one", Users.Describe(hot), new Case("one thread", peers),
            [new Case("IMemoryCache.TryGetValue", peers, Threads: 2)], RatioKind.Throughput);
    }

    // One loop for each type, as a program has it: in a generic one the call would go through a dictionary of types.
    private static Loop ReadOrders(IStateCache[] scopes) => (start, operations) =>
    {
        var found = 0;
        for (int n = 0, i = start % scopes.Length; n < operations; n++)
        {
            if (scopes[i].GetAsync<Order>(Users.Handler).AtOnce() is not null) found++;
            if (++i == scopes.Length) i = 0;
        }

        return new(found);
    };

    private static Loop ReadDrafts(IStateCache[] scopes) => (start, operations) =>
    {
        var found = 0;
        for (int n = 0, i = start % scopes.Length; n < operations; n++)
        {
            if (scopes[i].GetAsync<Draft>(Users.Handler).AtOnce() is { Toppings.Count: 3 }) found++;
            if (++i == scopes.Length) i = 0;
        }

        return new(found);
    };

    // The same with the state machine that a handler has around it.
    private static Loop ReadAwaited(IStateCache[] scopes) => async (start, operations) =>
    {
        var found = 0;
        for (int n = 0, i = start % scopes.Length; n < operations; n++)
        {
            if (await scopes[i].GetAsync<Order>(Users.Handler) is not null) found++;
            if (++i == scopes.Length) i = 0;
        }

        return found;
    };

    private static Loop ReadFromFactory(ICacheFactory factory, int[] visits)
    {
        string[] users = [.. visits.Select(Users.Id)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % users.Length; n < operations; n++)
            {
                var state = factory.ForUser(Users.Tenant, users[i]).State;
                if (state.GetAsync<Order>(Users.Handler).AtOnce() is not null) found++;
                if (++i == users.Length) i = 0;
            }

            return new(found);
        };
    }

    private static Loop ReadPeer(IMemoryCache cache, int[] visits)
    {
        string[] keys = [.. visits.Select(Users.Key)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (cache.TryGetValue<Order>(keys[i], out var order) && order is not null) found++;
                if (++i == keys.Length) i = 0;
            }

            return new(found);
        };
    }

    // The floor: what any thread-safe look-up by string costs, without expiry.
    private static Loop ReadDictionary(int[] visits)
    {
        var orders = new ConcurrentDictionary<string, Order>(
            Enumerable.Range(0, Users.Count).Select(user => KeyValuePair.Create(Users.Key(user), Order.Of(user))));
        string[] keys = [.. visits.Select(Users.Key)];
        return (start, operations) =>
        {
            var found = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (orders.TryGetValue(keys[i], out var order) && order is not null) found++;
                if (++i == keys.Length) i = 0;
            }

            return new(found);
        };
    }

    // What a cache of one's own that hands out fresh instances does for a read.
    private static Loop FindAndParse(int[] visits)
    {
        var cache = new MemoryCache(new MemoryCacheOptions());
        for (var user = 0; user < Users.Count; user++) cache.Set(Users.Key(user), Json(user), Users.Ttl);
        string[] keys = [.. visits.Select(Users.Key)];
        return (start, operations) =>
        {
            var parsed = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (cache.TryGetValue<byte[]>(keys[i], out var json) &&
                    JsonSerializer.Deserialize(json, RecordsJson.Default.Draft) is { Toppings.Count: 3 }) parsed++;
                if (++i == keys.Length) i = 0;
            }

            return new(parsed);
        };
    }

    private static Loop Parse(int[] visits)
    {
        byte[][] all = [.. Enumerable.Range(0, Users.Count).Select(Json)];
        byte[][] texts = [.. visits.Select(user => all[user])];
        return (start, operations) =>
        {
            var parsed = 0;
            for (int n = 0, i = start % texts.Length; n < operations; n++)
            {
                if (JsonSerializer.Deserialize(texts[i], RecordsJson.Default.Draft) is { Toppings.Count: 3 }) parsed++;
                if (++i == texts.Length) i = 0;
            }

            return new(parsed);
        };
    }

    private static byte[] Json(int user) =>
        JsonSerializer.SerializeToUtf8Bytes(Order.Of(user), RecordsJson.Default.Order);
}
