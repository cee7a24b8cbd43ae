namespace Wappa.Caching.Stores;

/// <summary>A store of entries in this process, which knows at once how much it holds.</summary>
internal interface IEntryUsage
{
    /// <summary>What it holds now. Costs little and never waits.</summary>
    EntryUsage Usage { get; }
}

/// <summary>How much a store of entries holds.</summary>
/// <param name="Entries">Entries that take space.</param>
/// <param name="Bytes">What they count against the store's limit.</param>
/// <param name="Evictions">How many were evicted since the store was opened.</param>
/// <param name="Expirations">How many have expired since then and were taken out or replaced.</param>
internal readonly record struct EntryUsage(long Entries, long Bytes, long Evictions, long Expirations);
