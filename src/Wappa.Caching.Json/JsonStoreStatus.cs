namespace Wappa.Caching;

/// <summary>How a store of the JSON backend is at one moment.</summary>
public sealed record JsonStoreStatus
{
    /// <summary>Whether it reads and writes, and whether something needs a person.</summary>
    public JsonStoreState State { get; init; }

    /// <summary>What is wrong, in a sentence; empty when nothing is. It names no record.</summary>
    public string Problem { get; init; } = "";

    /// <summary>How many records' files are behind.</summary>
    public int RecordsBehind { get; init; }

    /// <summary>For how long the files have been behind; zero when they are not.</summary>
    public TimeSpan FilesLag { get; init; }

    /// <summary>How many bytes of journal are not in the files yet.</summary>
    public long JournalBytes { get; init; }

    /// <summary>How many bytes the records in memory take, roughly.</summary>
    public long CachedBytes { get; init; }

    /// <summary>How many files, or parts of the journal, were put into quarantine since the opening.</summary>
    public int Quarantined { get; init; }

    /// <summary>How many damaged records were restored from the journal since the opening.</summary>
    public long Healed { get; init; }
}

/// <summary>Whether a store works.</summary>
public enum JsonStoreState
{
    /// <summary>It does.</summary>
    Healthy,

    /// <summary>It reads and writes; something was damaged, or its files cannot be brought up to date.</summary>
    Degraded,

    /// <summary>It reads; writes fail until the disk works again.</summary>
    Failed,
}
