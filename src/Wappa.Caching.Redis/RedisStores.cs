using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Layering;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Statistics;

namespace Wappa.Caching;

/// <summary>Records and entries in Redis, over connections they share. Any number of processes on any number of machines may have the
/// same servers.</summary>
/// <remarks>
/// <para>Nothing connects before the first call, and a lost connection is made again by itself; meanwhile calls wait, at most
/// <see cref="RedisStoreOptions.CommandTimeout"/>. What was sent and never answered ends with
/// <see cref="CacheStoreException.OutcomeUnknown"/>, unless repeating it is safe: then it was repeated.</para>
/// <para>One for a process and its servers: it is the database, so register it once.</para>
/// </remarks>
public sealed class RedisStores : IAsyncDisposable, IDisposable
{
    /// <summary>The backend's name, <c>redis</c>.</summary>
    public const string BackendName = "redis";

    private readonly RedisClient _client;
    private readonly LayeredDocumentStore? _recordsInMemory;
    private readonly LayeredCacheStore? _entriesInMemory;
    private readonly int[] _databases;

    private RedisStores(
        RedisStoreOptions options, CachingOptions caching, TimeProvider time, ILogger logger, Func<ICacheStore, ICacheStore>? transform)
    {
        var clientOptions = options.ForClient();
        var records = options.ForRecords(clientOptions, caching, time);
        var entries = options.ForEntries(clientOptions);
        Address = clientOptions.ToString();
        _databases = [.. new[] { records.UserDatabase, records.StateDatabase, records.TableDatabase, entries.Database }.Distinct()];
        _client = new RedisClient(clientOptions, time, logger);
        Documents = new RedisDocumentStore(_client, records);
        Entries = new RedisCacheStore(_client, entries);
        if (transform is not null) Entries = transform(Entries); // below memory, which keeps values as they are

        var tracking = new KeyTracking(_client, entries.Database,
        [
            .. options.KeepRecordsInMemory ? [RecordChangeFeed.PrefixOf(records)] : Array.Empty<string>(),
            .. options.KeepEntriesInMemory ? [entries.KeyPrefix] : Array.Empty<string>(),
        ]);
        if (options.KeepRecordsInMemory)
        {
            Documents = _recordsInMemory = new LayeredDocumentStore(
                Documents, new RecordChangeFeed(_client, tracking, records), options.ForRecordsInMemory(), time, logger);
        }

        if (options.KeepEntriesInMemory)
        {
            Entries = _entriesInMemory = new LayeredCacheStore(
                Entries, new EntryChangeFeed(_client, tracking, entries.KeyPrefix), options.ForEntriesInMemory(), time, logger);
        }
    }

    /// <summary>The store of records.</summary>
    public IDocumentStore Documents { get; }

    /// <summary>The store of entries.</summary>
    public ICacheStore Entries { get; }

    /// <summary>How the stores are, for dashboards; asks no server.</summary>
    public RedisStoresStatus Status => new()
    {
        Server = _client.Facts is { } facts ? $"{facts.Product} {facts.Version}" : "",
        IsCluster = _client.Facts?.IsCluster ?? false,
        TellsChanges = _client.Facts?.HasTracking ?? false,
        RecordsInMemory = _recordsInMemory?.Count ?? 0,
        EntriesInMemory = _entriesInMemory?.Count ?? 0,
        BytesInMemory = (_recordsInMemory?.Bytes ?? 0) + (_entriesInMemory?.Bytes ?? 0),
    };

    /// <summary>Hosts and ports as the URL names them; no user, no password.</summary>
    internal string Address { get; }

    /// <summary>Makes the stores; connects to nothing yet.</summary>
    /// <param name="options">Where and how. Default: <c>redis://localhost:6379</c>.</param>
    /// <param name="caching">Keys and the size limit of records. Default: the defaults.</param>
    /// <param name="time">The clock of deadlines and of what is kept in memory; life times are the server's. Default: the
    /// system's.</param>
    /// <param name="logger">Where connections made and lost are reported. Default: nowhere.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static RedisStores Open(
        RedisStoreOptions? options = null, CachingOptions? caching = null, TimeProvider? time = null, ILogger? logger = null) =>
        Open(options, caching, time, logger, transform: null);

    /// <param name="options">Where and how.</param>
    /// <param name="caching">Keys and the size limit of records.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where connections made and lost are reported.</param>
    /// <param name="transform">What stands between the servers' entries and those kept in memory: compression, encryption.</param>
    internal static RedisStores Open(
        RedisStoreOptions? options, CachingOptions? caching, TimeProvider? time, ILogger? logger,
        Func<ICacheStore, ICacheStore>? transform)
    {
        options ??= new RedisStoreOptions();
        options.ThrowIfInvalid();
        caching ??= new CachingOptions();
        caching.ThrowIfInvalid();
        var stores = new RedisStores(options, caching, time ?? TimeProvider.System, logger ?? NullLogger.Instance, transform);
        RedisStoreMeter.Shared.Add(stores);
        return stores;
    }

    /// <summary>Asks every server that holds data, in each database that is used, whether it answers; connects first where that has not
    /// happened.</summary>
    /// <param name="cancellationToken">Stops the wait, which is otherwise bounded by the timeouts.</param>
    /// <returns>What is known after that.</returns>
    /// <exception cref="CacheStoreUnavailableException">One does not answer, or it refused the user.</exception>
    /// <exception cref="CacheStoreTimeoutException">One did not answer in time.</exception>
    public async ValueTask<RedisStoresStatus> CheckAsync(CancellationToken cancellationToken = default)
    {
        var facts = await _client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        foreach (var node in await _client.GetPrimariesAsync(cancellationToken).ConfigureAwait(false))
        {
            int[] databases = facts.IsCluster ? [0] : _databases;
            foreach (var database in databases)
            {
                var options = new CallOptions { Node = facts.IsCluster ? node : null, Database = database, Idempotent = true };
                await AskAsync(options, cancellationToken).ConfigureAwait(false);
            }
        }

        return Status;
    }

    /// <summary>Closes the connections. Calls under way end with <see cref="CacheStoreUnavailableException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        RedisStoreMeter.Shared.Remove(this);
        if (_recordsInMemory is not null) await _recordsInMemory.DisposeAsync().ConfigureAwait(false);
        if (_entriesInMemory is not null) await _entriesInMemory.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Waits until what is kept in memory is told of changes, or until it is known that it is not.</summary>
    internal async Task StartAsync()
    {
        if (_recordsInMemory is not null) await _recordsInMemory.StartAsync().ConfigureAwait(false);
        if (_entriesInMemory is not null) await _entriesInMemory.StartAsync().ConfigureAwait(false);
    }

    private async ValueTask AskAsync(CallOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await _client.SendAsync(new Words("PING"), Replies.Any, options, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException)
        {
            // It answers, which is what was asked; a user without the right to PING may have every other one.
        }
    }
}
