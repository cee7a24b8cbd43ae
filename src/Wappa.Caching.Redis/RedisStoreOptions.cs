using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching;

/// <summary>Where the Redis backend finds its servers, and how it uses them.</summary>
public sealed class RedisStoreOptions
{
    /// <summary>Where the servers are. Default: <c>redis://localhost:6379</c>.</summary>
    /// <remarks><c>redis://[user:password@]host[:port][,host:port…][/database][?option=value&amp;…]</c>, <c>rediss://</c> for TLS,
    /// <c>unix:///path/to/socket</c>, <c>redis+sentinel://</c> or <c>rediss+sentinel://</c> with <c>?service=NAME</c>. A cluster is
    /// recognised: name any of its nodes. Letters with a meaning in URLs are written <c>%XX</c> in user and password.</remarks>
    public string Url { get; set; } = "redis://localhost:6379";

    /// <summary>Stands before every key, so that several apps share a server: <c>myapp:</c>. No braces. Default: nothing.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>The one database that everything is kept in. Default: the one the URL names; if it names none, users are in 0,
    /// states in 1, rows in 2, entries in 3. A cluster has only 0, whatever is said here.</summary>
    public int? Database { get; set; }

    /// <summary>When a write of a record is acknowledged. Default: <see cref="RedisDurability.Primary"/>, so a failover may lose the
    /// last moments; <see cref="RedisDurability.Replicated"/> loses nothing that was acknowledged. From outside: <c>Primary</c>,
    /// <c>Replicated(1)</c>.</summary>
    public RedisDurability Durability { get; set; } = RedisDurability.Primary;

    /// <summary>From the first packet to an authenticated connection, 10 ms to 1 hour. Default: what the URL says
    /// (<c>connectTimeout</c>, milliseconds), else 5 seconds.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>From a call to its answer, waiting for a connection and repetitions included, 10 ms to 1 hour. Default: what the URL
    /// says (<c>commandTimeout</c>, milliseconds), else 5 seconds.</summary>
    public TimeSpan? CommandTimeout { get; set; }

    /// <summary>Whether records that were read are kept in this process's memory until the server tells that they changed. Reads
    /// then cost nanoseconds, and what another machine wrote shows a moment later, at the latest after
    /// <see cref="MaxStaleness"/>. Default: false.</summary>
    public bool KeepRecordsInMemory { get; set; }

    /// <summary>The same for entries. Default: true.</summary>
    public bool KeepEntriesInMemory { get; set; } = true;

    /// <summary>The longest a value is served from this process's memory without asking the server, whatever is told or not; 10 ms to
    /// a day. Default: 30 seconds.</summary>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes of records in this process's memory, keys and an overhead for each counted, 1 or more; beyond it the
    /// least useful are evicted. Default: 67,108,864.</summary>
    public long MaxRecordBytesInMemory { get; set; } = 64L << 20;

    /// <summary>The same for entries. What readers leave on them is not counted, see
    /// <see cref="MemoryStoreOptions.MaxEntryBytes"/>. Default: 67,108,864.</summary>
    public long MaxEntryBytesInMemory { get; set; } = 64L << 20;

    // The second part of a record's key is never empty, so no record has such a key, and the server can be asked to tell of changed
    // entries alone.
    private string EntryPrefix => KeyPrefix + "cache::";

    internal void ThrowIfInvalid()
    {
        Require(!string.IsNullOrWhiteSpace(Url), nameof(Url), "is empty; leave it out for redis://localhost:6379");
        Require(KeyPrefix is not null, nameof(KeyPrefix), "is null; leave it out for none");
        Require(!KeyPrefix.AsSpan().ContainsAny('{', '}'), nameof(KeyPrefix),
            "holds a brace; on a cluster braces decide which node has a key");
        Require(Database is null or >= 0, nameof(Database), $"is {Database}; it must be 0 or more, or null");
        Require(Durability is not null, nameof(Durability), "is null; use RedisDurability.Primary or Replicated(n)");
        RequireSpan(ConnectTimeout, TimeSpan.FromHours(1), nameof(ConnectTimeout));
        RequireSpan(CommandTimeout, TimeSpan.FromHours(1), nameof(CommandTimeout));
        RequireSpan(MaxStaleness, TimeSpan.FromDays(1), nameof(MaxStaleness));
        Require(MaxRecordBytesInMemory >= 1, nameof(MaxRecordBytesInMemory), $"is {MaxRecordBytesInMemory}; it must be 1 or more");
        Require(MaxEntryBytesInMemory >= 1, nameof(MaxEntryBytesInMemory), $"is {MaxEntryBytesInMemory}; it must be 1 or more");
        var client = RedisUrl.Parse(Url);
        Require(Durability!.Replicas == 0 || Durability.Within < client.SilenceLimit, nameof(Durability),
            $"waits {Durability.Within.TotalMilliseconds:0} ms for replicas, and the connection is silent meanwhile; its silenceLimit " +
            $"in the URL, {client.SilenceLimit.TotalMilliseconds:0} ms, must be longer");
    }

    internal RedisClientOptions ForClient()
    {
        var client = RedisUrl.Parse(Url);
        return client with
        {
            ConnectTimeout = ConnectTimeout ?? client.ConnectTimeout,
            CommandTimeout = CommandTimeout ?? client.CommandTimeout,
            Database = Database ?? client.Database,
        };
    }

    internal RecordStoreOptions ForRecords(RedisClientOptions client, CachingOptions caching, TimeProvider time) => new()
    {
        Keys = caching.Keys,
        KeyPrefix = KeyPrefix,
        UserDatabase = client.Database ?? 0,
        StateDatabase = client.Database ?? 1,
        TableDatabase = client.Database ?? 2,
        MaxRecordBytes = caching.MaxRecordBytes,
        CommandTimeout = client.CommandTimeout,
        Durability = Durability,
        Time = time,
    };

    internal EntryStoreOptions ForEntries(RedisClientOptions client) => new()
    {
        KeyPrefix = EntryPrefix,
        Database = client.Database ?? 3,
    };

    internal LayerOptions ForRecordsInMemory() => new() { MaxAge = MaxStaleness, MaxBytes = MaxRecordBytesInMemory };

    internal LayerOptions ForEntriesInMemory() => new() { MaxAge = MaxStaleness, MaxBytes = MaxEntryBytesInMemory };

    private static void RequireSpan(TimeSpan? span, TimeSpan most, string option) => Require(
        span is null || (span >= TimeSpan.FromMilliseconds(10) && span <= most), option, $"is {span}; it must be 10 ms to {most:c}");

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(RedisStoreOptions)}.{option} {problem}.");
    }
}
