using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Harness;
using Wappa.Caching;

namespace Wappa.Benchmarks.Cases;

/// <summary>Writes of what is there already.</summary>
internal static class WriteCases
{
    private const int DistinctValues = 256;

    /// <summary>Replacing a record, beside serializing the value to a new array and caching that.</summary>
    public static Comparison Set(Stores stores, bool hot)
    {
        var visits = Users.Visits(hot);
        return new(
            "set, TTL 30 min", Users.Describe(hot),
            new Case("Serialize + IMemoryCache.Set", SerializeAndSet(stores.Peer, visits)),
            [new Case("State.SetAsync", Set(stores.Scopes(visits))) { Target = new(1.3) }]);
    }

    /// <summary>Adding 1 to a field, beside replacing a ready-made entry.</summary>
    public static Comparison Increment(Stores stores, string record, string field, bool hot)
    {
        var visits = Users.Visits(hot);
        var scopes = stores.Scopes(visits);
        return new(
            $"increment, {record}", Users.Describe(hot),
            new Case("IMemoryCache.Set", SetReady(stores.Peer, visits)),
            [
                new Case("State.IncrementFieldAsync", Increment(scopes, field, null)) { Target = new(3) },
                new Case("State.IncrementFieldAsync, new TTL", Increment(scopes, field, Users.Ttl)),
            ]);
    }

    private static Loop Set(IStateCache[] scopes)
    {
        Order[] values = [.. Enumerable.Range(0, DistinctValues).Select(Order.Of)];
        return (start, operations) =>
        {
            var written = 0;
            for (int n = 0, i = start % scopes.Length; n < operations; n++)
            {
                if (scopes[i].SetAsync(Users.Handler, values[n % DistinctValues], Users.Ttl).AtOnce()) written++;
                if (++i == scopes.Length) i = 0;
            }

            return new(written);
        };
    }

    private static Loop SerializeAndSet(IMemoryCache cache, int[] visits)
    {
        Order[] values = [.. Enumerable.Range(0, DistinctValues).Select(Order.Of)];
        string[] keys = [.. visits.Select(Users.Key)];
        return (start, operations) =>
        {
            var written = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                var json = JsonSerializer.SerializeToUtf8Bytes(values[n % DistinctValues], RecordsJson.Default.Order);
                if (cache.Set(keys[i], json, Users.Ttl).Length > 0) written++;
                if (++i == keys.Length) i = 0;
            }

            return new(written);
        };
    }

    private static Loop SetReady(IMemoryCache cache, int[] visits)
    {
        object value = new();
        string[] keys = [.. visits.Select(Users.Key)];
        return (start, operations) =>
        {
            var written = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (cache.Set(keys[i], value, Users.Ttl) is not null) written++;
                if (++i == keys.Length) i = 0;
            }

            return new(written);
        };
    }

    private static Loop Increment(IStateCache[] scopes, string field, TimeSpan? ttl) => (start, operations) =>
    {
        var counted = 0;
        for (int n = 0, i = start % scopes.Length; n < operations; n++)
        {
            if (scopes[i].IncrementFieldAsync(Users.Handler, field, 1, ttl).AtOnce() > 1_000) counted++;
            if (++i == scopes.Length) i = 0;
        }

        return new(counted);
    };
}
