namespace Wappa.Caching.Redis.Entries;

/// <summary>Where entries stand, and how long loads may take.</summary>
internal sealed record EntryStoreOptions
{
    /// <summary>Stands before every key, those of tags and fences included. Default: nothing. On a cluster it holds no braces, which
    /// would decide the slot.</summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>The database of entries, 3 by default: beside those of the records. A cluster has only 0, whatever is said here.</summary>
    public int Database { get; init; } = 3;

    /// <summary>A load may take this long; what it brings later is not stored, unless others of its key have begun meanwhile.
    /// Above zero; 5 minutes by default.</summary>
    public TimeSpan LongestLoad { get; init; } = TimeSpan.FromMinutes(5);

    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(KeyPrefix);
        ArgumentOutOfRangeException.ThrowIfNegative(Database);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LongestLoad, TimeSpan.Zero);
        if (KeyPrefix.AsSpan().ContainsAny('{', '}'))
        {
            throw new ArgumentException(
                "The key prefix holds a brace. On a cluster braces decide which node has a key; choose a prefix without.",
                nameof(KeyPrefix));
        }
    }
}
