using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Benchmarks.Redis;

/// <summary>What the store's scripts are compared with: the same commands with nothing decided, and the least a counter with a time to live
/// can be.</summary>
internal static class RawScripts
{
    public static RedisScript Set { get; } = new(
        """
        redis.call('TIME')
        redis.call('HGET', KEYS[1], '$meta')
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], unpack(ARGV, 2))
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return 1
        """);

    public static RedisScript Increment { get; } = new(
        """
        redis.call('TIME')
        redis.call('HMGET', KEYS[1], '$meta', ARGV[1])
        redis.call('HSET', KEYS[1], unpack(ARGV))
        return 1
        """);

    public static RedisScript Counter { get; } = new(
        """
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
        """);

    /// <summary>Time to live, fields, and metadata as long as the store's.</summary>
    public static byte[][] SetWords { get; } =
        ["1800000"u8.ToArray(), .. RedisData.Fields, "$meta"u8.ToArray(), "1763735511000000/138"u8.ToArray()];

    /// <summary>Field and sum, and metadata as long as the store's when it remembers operations.</summary>
    public static byte[][] IncrementWords { get; } =
        ["items"u8.ToArray(), "1001"u8.ToArray(), "$meta"u8.ToArray(), Encoding.ASCII.GetBytes(new string('m', 280))];

    public static byte[][] CounterWords { get; } = ["items"u8.ToArray(), "1800000"u8.ToArray()];
}
