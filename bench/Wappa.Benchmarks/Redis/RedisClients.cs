using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Benchmarks.Cases;
using Wappa.Caching;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Benchmarks.Redis;

/// <summary>Our client and the store over it: one connection.</summary>
internal sealed class RedisClients : IAsyncDisposable
{
    private readonly RedisClient _client;
    private readonly RedisDocumentStore _store;
    private readonly RedisCacheStore _entries;
    private readonly IUserCache[] _users;

    public RedisClients(int port)
    {
        _client = new RedisClient(RedisUrl.Parse($"redis://127.0.0.1:{port}"), TimeProvider.System, NullLogger.Instance);
        _store = new RedisDocumentStore(_client, new());
        _entries = new RedisCacheStore(_client, new() { Database = 0, KeyPrefix = "entries:" });
        var caches = CacheFactory.Over(_store, new CachingOptions { Serializer = Stores.NewSerializer() });
        _users = [.. Enumerable.Range(0, RedisData.Keys).Select(key => caches.ForUser(Users.Tenant, Users.Id(key)).User)];
    }

    public async Task FillAsync()
    {
        var options = default(CallOptions);
        byte[][] value = [RedisData.Value];
        for (var key = 0; key < RedisData.Keys; key++)
        {
            await _client.SendAsync(new FixedWords("SET"u8.ToArray(), RedisData.Text(key), value), Replies.Any, options);
            await _client.SendAsync(new FixedWords("HSET"u8.ToArray(), RedisData.Hash(key), RedisData.Fields), Replies.Any, options);
            await _client.SendAsync(new FixedWords("HSET"u8.ToArray(), RedisData.Scratch(key), RedisData.Fields), Replies.Any, options);
            await _entries.SetAsync(RedisData.Text(key), new CacheEntry(RedisData.Value) { Ttl = Users.Ttl });
            await _users[key].SetAsync("order", RedisData.Order, Users.Ttl);
            await _users[key].SetAsync("basket", Basket.Of(key), Users.Ttl);
        }
    }

    public RedisCase<PooledBytes> Get(int callers) => new(
        "GET 200 B", callers, key => _client.SendAsync(new OneKey(false, RedisData.Text(key)), Replies.Pooled, Read), static value =>
        {
            var length = value.Span.Length;
            value.Dispose();
            return length == RedisData.TextBytes;
        });

    public RedisCase<byte[]> RawHash(int callers) => new(
        "HGETALL, 5 fields", callers, key => _client.SendAsync(new OneKey(true, RedisData.Hash(key)), Redis.RawHash.Parser, Read),
        static words => words.Length > 100);

    public RedisCase<Order?> ReadOrder(int callers) => new(
        "User.GetAsync<Order>", callers, key => _users[key].GetAsync<Order>("order"), static order => order?.Toppings.Length == 3);

    public RedisCase<CacheEntry?> Entry(int callers) => new(
        "entry, Get past L1, 200 B", callers, key => _entries.GetAsync(RedisData.Text(key)),
        static entry => entry?.Value.Length == RedisData.TextBytes);

    public RedisCase<bool> SetEntry(int callers) => new(
        "entry, Set, ttl", callers, async key =>
        {
            await _entries.SetAsync(RedisData.Text(key), new CacheEntry(RedisData.Value) { Ttl = Users.Ttl }).ConfigureAwait(false);
            return true;
        }, static made => made);

    public RedisCase<bool> Set(int callers) => new(
        "User.SetAsync, 5 fields, ttl", callers, key => _users[key].SetAsync("order", RedisData.Order, Users.Ttl), static made => made);

    public RedisCase<bool> SetField(int callers) => new(
        "User.SetFieldAsync, ttl", callers, key => _users[key].SetFieldAsync("order", "step", "confirm", Users.Ttl), static made => made);

    public RedisCase<long> Increment(int callers) => new(
        "User.IncrementFieldAsync", callers, key => _users[key].IncrementFieldAsync("basket", "items"), static sum => sum > 1_000);

    public RedisCase<long> Append(int callers) => new(
        "User.AppendToListAsync, the newest 20", callers,
        key => _users[key].AppendToListAsync("log", "list", key, 20), static length => length > 0);

    public RedisCase<long> RawSet(int callers) => Script("EVALSHA, the commands of a Set", callers, RawScripts.Set, RawScripts.SetWords);

    public RedisCase<long> RawIncrement(int callers) =>
        Script("EVALSHA, the commands of an increment", callers, RawScripts.Increment, RawScripts.IncrementWords);

    public RedisCase<long> RawCounter(int callers) =>
        Script("EVALSHA, HINCRBY and PEXPIRE", callers, RawScripts.Counter, RawScripts.CounterWords);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static CallOptions Read => new() { Idempotent = true };

    private RedisCase<long> Script(string name, int callers, RedisScript script, byte[][] words) => new(
        name, callers, key => _client.SendAsync(
            new ScriptCall<FixedArguments>(script, new(RedisData.Scratch(key), words)), Replies.Integer, default),
        static answer => answer > 0);
}
