using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>What a harness needs to know of the servers behind it.</summary>
/// <param name="Client">How the product's client connects.</param>
/// <param name="Primaries">Whose keys are whose.</param>
/// <param name="IsCluster">Or a server used as one: one database for all, tests keep apart by a key prefix.</param>
internal sealed record RedisTarget(RedisClientOptions Client, IReadOnlyList<RedisServer> Primaries, bool IsCluster)
{
    /// <summary>How the product's client connects, with patience: what these suites state holds on a machine that stops for some seconds
    /// too. Limits of time have tests of their own.</summary>
    public RedisClientOptions Client { get; } = Client with
    {
        ConnectTimeout = Patience, CommandTimeout = Patience, SilenceLimit = Patience,
    };

    internal static TimeSpan Patience => TimeSpan.FromSeconds(60);

    internal static async Task<RedisTarget> StandaloneAsync()
    {
        var server = await SharedServers.StandaloneAsync();
        return new(RedisUrl.Parse(server.Url), [server], ServerProgram.Redis.IsGarnet); // its databases cost memory each
    }

    internal static async Task<RedisTarget> SecuredAsync()
    {
        var server = await SharedServers.SecuredAsync();
        var ca = Uri.EscapeDataString(SharedServers.SecuredBy.AuthorityFile);
        var account = $"{SharedServers.User}:{Uri.EscapeDataString(SharedServers.Password)}";
        return new(RedisUrl.Parse($"rediss://{account}@localhost:{server.Port}?ca={ca}"), [server], false);
    }

    internal static async Task<RedisTarget> ClusterAsync()
    {
        var cluster = await SharedServers.ClusterAsync();
        return new(RedisUrl.Parse(cluster.Url), [.. cluster.Primaries], true);
    }

    internal static async Task<RedisTarget> SentinelsAsync()
    {
        var all = await SharedServers.SentinelsAsync();
        var sentinels = string.Join(',', all.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"));
        return new(RedisUrl.Parse($"redis+sentinel://{sentinels}?service={RedisSentinels.Service}"), [await all.PrimaryAsync()], false);
    }
}

/// <summary>The store of records over real servers. Each store has three databases of its own, or on a cluster a key prefix.</summary>
internal sealed class RedisHarness(Func<Task<RedisTarget>> find) : DocumentStoreHarness
{
    private static readonly ConcurrentDictionary<int, int> Numbers = new(); // by the server's port: each has databases of its own

    private int _number;
    private readonly ServerTime _time = new();
    private readonly List<RedisClient> _clients = [];
    private RedisTarget? _target;

    // The server's clock goes on while a test works; a busy machine can take this long over a step.
    public override TimeSpan TimeStep => TimeSpan.FromSeconds(1);

    public override TimeSpan TtlTolerance => TimeSpan.FromSeconds(1);

    internal RedisTarget Target => _target ?? throw new InvalidOperationException("No store was made yet.");

    internal RedisClient Client => _clients[^1];

    internal RecordStoreOptions Options { get; private set; } = new();

    private int[] Databases => Target.IsCluster ? [0] : [Options.UserDatabase, Options.StateDatabase, Options.TableDatabase];

    public override async ValueTask<IDocumentStore> CreateAsync(CachingOptions options)
    {
        if (_target is null)
        {
            _target = await find();
            _number = Numbers.AddOrUpdate(_target.Primaries[0].Port, 1, static (_, last) => last + 1);
        }

        Options = new RecordStoreOptions
        {
            Keys = options.Keys,
            MaxRecordBytes = options.MaxRecordBytes,
            CommandTimeout = RedisTarget.Patience,
            KeyPrefix = Target.IsCluster ? $"test{_number}:" : "",
            UserDatabase = Target.IsCluster ? 0 : 3 * _number,
            StateDatabase = Target.IsCluster ? 0 : (3 * _number) + 1,
            TableDatabase = Target.IsCluster ? 0 : (3 * _number) + 2,
        };
        _clients.Add(new RedisClient(Target.Client, TimeProvider.System, NullLogger.Instance));
        return new RedisDocumentStore(Client, Options);
    }

    /// <summary>A connection past the product's client, to the primary and database of a kind of records. Not on a cluster.</summary>
    internal async Task<RawRedis> ConnectAsync(RecordKind kind)
    {
        var raw = await Target.Primaries[0].ConnectAsync();
        await raw.CallAsync("SELECT", $"{new RecordLayout(Options, false).DatabaseOf(kind)}");
        return raw;
    }

    public override async ValueTask AdvanceAsync(TimeSpan by)
    {
        foreach (var primary in Target.Primaries) await _time.AdvanceAsync(primary, Databases, Options.KeyPrefix, by);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        if (_target is { IsCluster: false })
        {
            await using var raw = await Target.Primaries[0].ConnectAsync();
            foreach (var database in Databases)
            {
                await raw.CallAsync("SELECT", $"{database}");
                await raw.CallAsync("FLUSHDB");
            }
        }

        await base.DisposeAsync();
    }
}
