namespace Wappa.Caching.Redis.Records;

/// <summary>Where records stand and how large they may become.</summary>
internal sealed record RecordStoreOptions
{
    /// <summary>The keys' parts. Default: <see cref="KeyFactory.Default"/>.</summary>
    public KeyFactory Keys { get; init; } = KeyFactory.Default;

    /// <summary>Stands before every key. Default: nothing. On a cluster it holds no braces, which would decide the slot.</summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>The database of user records, 0 by default. A cluster has only one, whatever is said here and below.</summary>
    public int UserDatabase { get; init; }

    /// <summary>The database of states, 1 by default.</summary>
    public int StateDatabase { get; init; } = 1;

    /// <summary>The database of table rows, 2 by default.</summary>
    public int TableDatabase { get; init; } = 2;

    /// <summary>The largest record, in bytes of JSON. Default: 1 MiB.</summary>
    public int MaxRecordBytes { get; init; } = 1 << 20;

    /// <summary>From a call to its answer, repetitions included. 5 s by default, as of the client.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When a change is acknowledged. Default: <see cref="RedisDurability.Primary"/>.</summary>
    public RedisDurability Durability { get; init; } = RedisDurability.Primary;

    /// <summary>Tells how long ago a step was first sent. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Keys);
        ArgumentNullException.ThrowIfNull(KeyPrefix);
        ArgumentNullException.ThrowIfNull(Durability);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecordBytes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(UserDatabase);
        ArgumentOutOfRangeException.ThrowIfNegative(StateDatabase);
        ArgumentOutOfRangeException.ThrowIfNegative(TableDatabase);
        if (KeyPrefix.AsSpan().ContainsAny('{', '}'))
        {
            throw new ArgumentException(
                "The key prefix holds a brace. On a cluster braces decide which node has a key; choose a prefix without.",
                nameof(KeyPrefix));
        }
    }
}
