namespace Wappa.Caching;

/// <summary>How the stores of the Redis backend are at one moment.</summary>
public sealed record RedisStoresStatus
{
    /// <summary>What answers, and its version: <c>redis 7.0.15</c>; empty before the first connection.</summary>
    public string Server { get; init; } = "";

    /// <summary>Whether it is a cluster.</summary>
    public bool IsCluster { get; init; }

    /// <summary>Whether the server and the user's rights let it be told which keys change. Without, nothing is kept in memory.</summary>
    public bool TellsChanges { get; init; }

    /// <summary>How many records are kept in this process's memory.</summary>
    public long RecordsInMemory { get; init; }

    /// <summary>How many entries are.</summary>
    public long EntriesInMemory { get; init; }

    /// <summary>How many bytes both take there, roughly.</summary>
    public long BytesInMemory { get; init; }
}
