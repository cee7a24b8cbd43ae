using StackExchange.Redis;

namespace Wappa.Benchmarks.Redis;

/// <summary>The peer's client, of the last version whose dependencies are at hand wherever this is built.</summary>
internal sealed class PeerClient(int port) : IDisposable
{
    private readonly ConnectionMultiplexer _connection = ConnectionMultiplexer.Connect($"127.0.0.1:{port}");

    public RedisCase<RedisValue> Get(int callers)
    {
        var database = _connection.GetDatabase();
        return new(
            "StackExchange.Redis 1.2.6 StringGetAsync", callers, key => new(database.StringGetAsync(RedisData.Text(key))),
            static value => ((byte[]?)value)?.Length == RedisData.TextBytes);
    }

    public void Dispose() => _connection.Dispose();
}
