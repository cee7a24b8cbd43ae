namespace Wappa.Caching;

/// <summary>Where and how the JSON backend keeps its files.</summary>
public sealed class JsonStoreOptions
{
    /// <summary>The folder; relative to the process's working directory unless rooted. It is made if it is missing. One process
    /// owns it at a time. Default: <c>cache</c>, or <c>cache_data</c> with <see cref="JsonLayout.CacheData"/>.</summary>
    public string? Path { get; set; }

    /// <summary>When a write is acknowledged. Default: <see cref="Durability.Always"/>.</summary>
    public Durability Durability { get; set; }

    /// <summary>With <see cref="Durability.Interval"/>: the most time between a write and its sync, 1 ms to 1 minute.
    /// Default: 1 second.</summary>
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a change its readable file is written, when the writers leave room for it; 10 ms to
    /// 1 minute. Default: 500 ms.</summary>
    public TimeSpan CheckpointDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most bytes of journal that the files may lag behind; beyond it writers wait. 64 KiB or more. Opening
    /// after a crash reads all of it. Default: 268,435,456.</summary>
    public long MaxJournalBytes { get; set; } = 256L << 20;

    /// <summary>How many bytes of records that are in their files too stay in memory for fast reads, an overhead for each
    /// counted; 0 or more. Default: 33,554,432.</summary>
    public long MaxCachedBytes { get; set; } = 32L << 20;

    /// <summary>The most bytes of entries, counted as in the memory backend, 1 to 1,073,741,824; beyond it the least useful are
    /// evicted. All of them are in memory, and on disk in one file. What readers leave on entries in memory is not counted, see
    /// <see cref="MemoryStoreOptions.MaxEntryBytes"/>. Default: 67,108,864.</summary>
    public long MaxEntryBytes { get; set; } = 64L << 20;

    /// <summary>How files are named. Default: <see cref="JsonLayout.Scoped"/>.</summary>
    public JsonLayout Layout { get; set; }

    /// <summary>With <see cref="JsonLayout.CacheData"/>: the tenant whose records have the short names; required
    /// there.</summary>
    public string? OwnTenant { get; set; }

    /// <summary>Only look: no lock is taken and nothing is written, so the owner may be running. Files and journal are read; what
    /// the owner does shows about a second later, a commit of several records maybe in parts. Default: false.</summary>
    public bool ReadOnly { get; set; }

    internal string FullPath =>
        System.IO.Path.GetFullPath(Path ?? (Layout == JsonLayout.CacheData ? "cache_data" : "cache"));

    internal void ThrowIfInvalid()
    {
        Require(Path is null || !string.IsNullOrWhiteSpace(Path), nameof(Path), "is empty; leave it out for the default");
        Require(Enum.IsDefined(Durability), nameof(Durability), $"is {(int)Durability}; it must be Always or Interval");
        RequireSpan(SyncInterval, 1, nameof(SyncInterval));
        RequireSpan(CheckpointDelay, 10, nameof(CheckpointDelay));
        Require(MaxJournalBytes >= 64 << 10, nameof(MaxJournalBytes), $"is {MaxJournalBytes}; it must be 65,536 or more");
        Require(MaxCachedBytes >= 0, nameof(MaxCachedBytes), $"is {MaxCachedBytes}; it must be 0 or more");
        Require(MaxEntryBytes is >= 1 and <= 1 << 30, nameof(MaxEntryBytes), $"is {MaxEntryBytes}; it must be 1 to 1073741824");
        Require(Enum.IsDefined(Layout), nameof(Layout), $"is {(int)Layout}; it must be Scoped or CacheData");
        Require(Layout != JsonLayout.CacheData || CacheName.IsValid(OwnTenant), nameof(OwnTenant),
            "is missing or no valid name; the layout CacheData needs it");
    }

    private static void RequireSpan(TimeSpan span, int leastMilliseconds, string option) => Require(
        span >= TimeSpan.FromMilliseconds(leastMilliseconds) && span <= TimeSpan.FromMinutes(1), option,
        $"is {span}; it must be {leastMilliseconds} ms to 1 minute");

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(JsonStoreOptions)}.{option} {problem}.");
    }
}
