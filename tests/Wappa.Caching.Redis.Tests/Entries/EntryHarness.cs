using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>The store of entries over real servers. Each store has a database of its own, or on a cluster a key prefix.</summary>
internal sealed class EntryHarness(Func<Task<RedisTarget>> find) : CacheStoreHarness
{
    // The records' harness counts its databases from below.
    private const int LastDatabase = 31_999;

    // A sliding entry knows when its life began, and that instant has to move with its expiry.
    private const string ShiftLife = """
        for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
          if redis.call('TYPE', key).ok == 'string' and redis.call('GETRANGE', key, 0, 1) == 'W1' then
            local flags, at = string.byte(redis.call('GETRANGE', key, 23, 23)), 2
            if flags % 8 > 3 then at = flags % 4 > 1 and 42 or 26 end
            if flags % 32 < 16 then at = nil end
            local began = at and redis.call('GETRANGE', key, at, at + 12)
            if at then redis.call('SETRANGE', key, at, string.format('%013.0f', began - ARGV[2])) end
          end
        end
        return 1
        """;

    private static int _count;

    private readonly int _number = Interlocked.Increment(ref _count);
    private readonly ServerTime _time = new();
    private readonly List<RedisClient> _clients = [];
    private RedisTarget? _target;

    // The server's clock goes on while a test works; a busy machine can take this long over a step.
    public override TimeSpan TimeStep => TimeSpan.FromMilliseconds(900);

    public override TimeSpan TimeTolerance => TimeSpan.FromSeconds(1);

    public override DateTimeOffset UtcNow => TimeProvider.System.GetUtcNow();

    internal RedisTarget Target => _target ?? throw new InvalidOperationException("No store was made yet.");

    internal RedisClient Client => _clients[^1];

    internal EntryStoreOptions Options { get; private set; } = new();

    public override async ValueTask<ICacheStore> CreateAsync() => await CreateAsync(new EntryStoreOptions());

    /// <summary>A store over the same keys, with a client of its own.</summary>
    internal async Task<RedisCacheStore> CreateAsync(EntryStoreOptions options)
    {
        _target ??= await find();
        Options = options with
        {
            KeyPrefix = Target.IsCluster ? $"entries{_number}:" : options.KeyPrefix,
            Database = LastDatabase - _number,
        };
        var client = new RedisClient(Target.Client, TimeProvider.System, NullLogger.Instance);
        _clients.Add(client);
        return new RedisCacheStore(client, Options);
    }

    /// <summary>A connection past the product's client, in the database of the entries. Not on a cluster.</summary>
    internal async Task<RawRedis> ConnectAsync()
    {
        var raw = await Target.Primaries[0].ConnectAsync();
        await raw.CallAsync("SELECT", $"{Options.Database}");
        return raw;
    }

    public override async ValueTask AdvanceAsync(TimeSpan by)
    {
        int[] databases = [Target.IsCluster ? 0 : Options.Database];
        foreach (var primary in Target.Primaries)
        {
            await _time.AdvanceAsync(primary, databases, Options.KeyPrefix, by);
            await using var raw = await primary.ConnectAsync();
            if (!Target.IsCluster) await raw.CallAsync("SELECT", $"{Options.Database}");
            await raw.CallAsync("EVAL", ShiftLife, "0", Options.KeyPrefix + "*", $"{(long)by.TotalMilliseconds}");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        if (_target is { IsCluster: false })
        {
            await using var raw = await ConnectAsync();
            await raw.CallAsync("FLUSHDB");
        }

        await base.DisposeAsync();
    }
}
