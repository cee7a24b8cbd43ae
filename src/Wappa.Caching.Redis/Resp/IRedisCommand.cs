namespace Wappa.Caching.Redis.Resp;

/// <summary>One command: its words, and the key that decides which node it goes to. A struct, so that sending allocates nothing.</summary>
internal interface IRedisCommand
{
    /// <summary>The key whose cluster slot it belongs to. Null: any primary will do. Commands with several keys name one of
    /// them; all must share its slot.</summary>
    string? Key { get; }

    /// <summary>Writes the whole command: one <see cref="CommandWriter.Begin"/> and exactly the arguments it announced.
    /// May be called again for another connection, and must write the same then.</summary>
    /// <param name="writer">Over the connection's outgoing buffer.</param>
    void Write(ref CommandWriter writer);
}

/// <summary>What the client must know about one call besides its words.</summary>
internal readonly record struct CallOptions
{
    /// <summary>The logical database, 0 by default. A cluster has only 0: there the caller folds it into the key.</summary>
    public int Database { get; init; }

    /// <summary>Running it twice does no harm, so it may be resent when its reply was lost. False by default.</summary>
    public bool Idempotent { get; init; }

    /// <summary>From the call to the reply, waiting for a connection and retries included. Zero, the default: the client's
    /// command timeout.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>When the reply is given to the caller: at once, or when enough replicas have what was written too. Null, the default: at
    /// once. Fewer replicas in time: <see cref="CacheStoreTimeoutException"/>.</summary>
    public RedisDurability? Durability { get; init; }

    /// <summary>This node, whatever the key says. Null, the default: by the key.</summary>
    public RedisNode? Node { get; init; }
}

/// <summary>A server by address. Equal when the addresses are.</summary>
/// <param name="Host">Name or address; the path of a unix socket.</param>
/// <param name="Port">0 for a unix socket.</param>
internal sealed record RedisNode(string Host, int Port)
{
    /// <summary>Whether <see cref="Host"/> is the path of a unix socket.</summary>
    public bool IsUnixSocket => Port == 0;

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsUnixSocket) return Host;
        return Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
    }
}

/// <summary>How one command of several ended.</summary>
/// <typeparam name="T">What the parser makes.</typeparam>
/// <param name="Value">The parsed reply; default when <paramref name="Error"/> is set.</param>
/// <param name="Error">What <see cref="IRedisClient.SendAsync"/> would have thrown. Null: it succeeded.</param>
internal readonly record struct ReplyOutcome<T>(T? Value, Exception? Error);
