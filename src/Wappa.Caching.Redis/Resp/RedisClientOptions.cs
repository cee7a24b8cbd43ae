namespace Wappa.Caching.Redis.Resp;

/// <summary>How to reach the servers and how long to wait for them. <see cref="RedisUrl.Parse"/> makes it of a URL.</summary>
internal sealed record RedisClientOptions
{
    /// <summary>Where to begin: one server, some nodes of a cluster, or the sentinels. At least one.</summary>
    public required IReadOnlyList<RedisNode> Nodes { get; init; }

    /// <summary>The name of the primary the sentinels watch. Null: <see cref="Nodes"/> are no sentinels.</summary>
    public string? SentinelService { get; init; }

    /// <summary>The ACL user. Null: the server's default user.</summary>
    public string? User { get; init; }

    /// <summary>Null: none is sent.</summary>
    public string? Password { get; init; }

    /// <summary>The user of the sentinels themselves. Null: their default user.</summary>
    public string? SentinelUser { get; init; }

    /// <summary>The password of the sentinels themselves. Null: none is sent to them.</summary>
    public string? SentinelPassword { get; init; }

    /// <summary>The database the URL names: what a caller who keeps to one database should put into
    /// <see cref="CallOptions.Database"/>. Null: the URL names none.</summary>
    public int? Database { get; init; }

    /// <summary>TLS. Null: plain TCP or a unix socket.</summary>
    public RedisTlsOptions? Tls { get; init; }

    /// <summary>What the server shows in CLIENT LIST; no spaces.</summary>
    public string ClientName { get; init; } = "wappa";

    /// <summary>From the first packet to an authenticated connection. 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From a call to its reply, waiting for a connection and retries included. 5 s by default.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection that has been silent for this long is asked with PING. 1 s by default.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A connection that owes a reply and has been silent for this long is given up. 3 s by default.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The pause before the second attempt to connect; it doubles up to <see cref="LongestBackoff"/>, each time cut by
    /// up to half at random. 50 ms by default; the first attempt is made at once.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>1 s by default.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many commands of one connection may await replies; further callers wait for room. 4096 by default; rounded
    /// up to a power of two.</summary>
    public int MaxInFlight { get; init; } = 4096;

    /// <summary>How many bytes may stand unsent before further callers wait for room. 4 MiB by default; one command may be
    /// larger.</summary>
    public int MaxUnsentBytes { get; init; } = 4 << 20;

    /// <summary>A larger reply closes the connection. 512 MiB by default, the largest string a server holds; bytes.</summary>
    public int MaxReplyBytes { get; init; } = 512 << 20;

    /// <summary>Deeper nesting in a reply closes the connection. 64 by default.</summary>
    public int MaxReplyDepth { get; init; } = 64;

    /// <summary>No user, no secrets.</summary>
    public override string ToString() => string.Join(", ", Nodes);
}

/// <summary>How a TLS connection is checked.</summary>
internal sealed record RedisTlsOptions
{
    /// <summary>The name the certificate must carry. Null: the host connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>A PEM file of authorities to trust instead of the system's. Null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>A PEM file with the client's certificate, for servers that ask for one. Null: none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The PEM file of its private key. Null: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }
}
