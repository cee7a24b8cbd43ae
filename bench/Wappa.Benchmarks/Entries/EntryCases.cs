using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;
using Wappa.Caching;

namespace Wappa.Benchmarks.Entries;

/// <summary>Entries in memory as <see cref="ICacheStore"/> has them, beside <see cref="IMemoryCache"/>: the bytes of an order
/// for each user, to live 30 minutes.</summary>
internal sealed class EntryCases : IDisposable
{
    private const int DistinctValues = 256;

    private readonly MemoryCacheStore _store = new();
    private readonly MemoryCache _peer = new(new MemoryCacheOptions());
    private readonly byte[][] _values =
        [.. Enumerable.Range(0, DistinctValues).Select(i => JsonSerializer.SerializeToUtf8Bytes(Order.Of(i), RecordsJson.Default.Order))];

    public EntryCases()
    {
        for (var user = 0; user < Users.Count; user++)
        {
            var value = _values[user % DistinctValues];
            _peer.Set(Users.Key(user), value, Users.Ttl);
            if (!_store.SetAsync(Users.Key(user), Entry(value)).AtOnce())
                throw new InvalidOperationException("Nothing here may wait.");
        }
    }

    public IEnumerable<Comparison> Comparisons(bool hot)
    {
        var visits = Users.Visits(hot);
        string[] keys = [.. visits.Select(Users.Key)];
        yield return new(
            "set of an entry, TTL 30 min", Users.Describe(hot), new Case("IMemoryCache.Set", SetPeer(keys)),
            [
                new Case("MemoryCacheStore.SetAsync", Set(keys)) { Target = new(0.8) },
                new Case("the same, a new CacheEntry each", SetNew(keys)),
                new Case("IMemoryCache.Set of a copy", SetPeerCopy(keys)),
                new Case("ConcurrentDictionary, a copy and its end", SetFloor(keys)),
            ]);
        yield return new(
            "read of an entry", Users.Describe(hot), new Case("IMemoryCache.TryGetValue", ReadPeer(keys)),
            [new Case("MemoryCacheStore.GetAsync", Read(keys)) { Target = new(0.8, MaxBytes: 0) }]);
    }

    public void Dispose()
    {
        _store.Dispose();
        _peer.Dispose();
    }

    private static CacheEntry Entry(byte[] value) => new(value) { Ttl = Users.Ttl };

    private Loop Set(string[] keys)
    {
        CacheEntry[] entries = [.. _values.Select(Entry)];
        return (start, operations) =>
        {
            var written = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                if (_store.SetAsync(keys[i], entries[n % DistinctValues]).AtOnce()) written++;
                if (++i == keys.Length) i = 0;
            }

            return new(written);
        };
    }

    private Loop SetNew(string[] keys) => (start, operations) =>
    {
        var written = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (_store.SetAsync(keys[i], Entry(_values[n % DistinctValues])).AtOnce()) written++;
            if (++i == keys.Length) i = 0;
        }

        return new(written);
    };

    private Loop SetPeer(string[] keys) => (start, operations) =>
    {
        var written = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (_peer.Set(keys[i], _values[n % DistinctValues], Users.Ttl) is not null) written++;
            if (++i == keys.Length) i = 0;
        }

        return new(written);
    };

    // Ours copies what it is given: nobody can change what is in.
    private Loop SetPeerCopy(string[] keys) => (start, operations) =>
    {
        var written = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (_peer.Set(keys[i], _values[n % DistinctValues].AsSpan().ToArray(), Users.Ttl) is not null) written++;
            if (++i == keys.Length) i = 0;
        }

        return new(written);
    };

    // The floor of a store that owns its bytes: a copy, an object that knows when it ends, a dictionary. No bound, nothing reclaimed.
    private Loop SetFloor(string[] keys)
    {
        var floor = new ConcurrentDictionary<string, Item>(StringComparer.Ordinal);
        foreach (var user in Users.Visits(hot: false)) floor[Users.Key(user)] = new Item([], 0);
        return (start, operations) =>
        {
            var written = 0;
            for (int n = 0, i = start % keys.Length; n < operations; n++)
            {
                var item = new Item(_values[n % DistinctValues].AsSpan().ToArray(), Stopwatch.GetTimestamp() + Users.Ttl.Ticks);
                floor[keys[i]] = item;
                if (item.EndsAt != 0) written++;
                if (++i == keys.Length) i = 0;
            }

            return new(written);
        };
    }

    private Loop Read(string[] keys) => (start, operations) =>
    {
        var found = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (_store.GetAsync(keys[i]).AtOnce() is not null) found++;
            if (++i == keys.Length) i = 0;
        }

        return new(found);
    };

    private Loop ReadPeer(string[] keys) => (start, operations) =>
    {
        var found = 0;
        for (int n = 0, i = start % keys.Length; n < operations; n++)
        {
            if (_peer.TryGetValue<byte[]>(keys[i], out var value) && value is not null) found++;
            if (++i == keys.Length) i = 0;
        }

        return new(found);
    };

    private sealed record Item(byte[] Value, long EndsAt);
}
