namespace Wappa.Caching;

/// <summary>What was asked of the app's store of entries since it was opened or <see cref="CacheManager.ResetStats"/>, and what it
/// holds now.</summary>
public sealed record CacheStoreStatistics
{
    /// <summary>The backend: <c>memory</c>, <c>json</c>, <c>redis</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>Reads that found an entry, each key counted.</summary>
    public long Hits { get; init; }

    /// <summary>Reads that found none, each key counted; an entry that expired, or that could not be decrypted, is a miss.</summary>
    public long Misses { get; init; }

    /// <summary>Entries stored, results of loads included.</summary>
    public long Sets { get; init; }

    /// <summary>Entries removed by key or by prefix. Removals by tag are not counted: stores do not say how many it were.</summary>
    public long Deletes { get; init; }

    /// <summary>Operations that failed with <see cref="CacheStoreException"/>.</summary>
    public long Errors { get; init; }

    /// <summary>Entries evicted for room; <see langword="null"/>: the backend does not say.</summary>
    public long? Evictions { get; init; }

    /// <summary>Entries whose life had ended when the store took them out or replaced them; <see langword="null"/>: the backend does not
    /// say.</summary>
    public long? Expirations { get; init; }

    /// <summary>Entries the store holds; <see langword="null"/>: the backend cannot say without looking at all of them.</summary>
    public long? Entries { get; init; }

    /// <summary>What they count against the store's limit, in bytes; <see langword="null"/>: the backend cannot say.</summary>
    public long? Bytes { get; init; }

    /// <summary>Hits out of all reads, 0 to 1; <see langword="null"/>: nothing was read.</summary>
    public double? HitRate => Hits + Misses == 0 ? null : (double)Hits / (Hits + Misses);
}
