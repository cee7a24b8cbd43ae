namespace Wappa.Caching;

/// <summary>Limits of the memory backend.</summary>
public sealed class MemoryStoreOptions
{
    /// <summary>The most records kept, 1 or more; <see langword="null"/>: no limit. Records are data, so none is ever evicted:
    /// a write that would create one more fails with <see cref="CacheLimitException"/>. Default: no limit.</summary>
    public long? MaxRecords { get; set; }

    /// <summary>The most entries kept, 1 or more; beyond it the least useful are evicted; <see langword="null"/>: no limit.
    /// Default: no limit.</summary>
    public long? MaxEntries { get; set; }

    /// <summary>The most bytes the entries take, values, keys, tags and an overhead for each counted (see
    /// <see cref="MemoryCacheStore"/>), 1 or more; beyond it the least useful are evicted, and a new one larger than a hundredth of it is
    /// declined if those it would push out are asked for more often together; <see langword="null"/>: no limit.
    /// Default: 268,435,456.</summary>
    /// <remarks>What is counted is an entry as it is stored. Not counted is what readers leave on it: where the type cannot change, an
    /// entry that was read keeps its deserialized value too, at most one, until the entry goes. It takes what the objects of the type
    /// take: for text twice its JSON and some 100 bytes; for numbers and short lists two to four times; for objects that are mostly
    /// defaults their full size whatever their JSON is. So the process may hold, at worst when every entry has been read, this limit and
    /// once more the size of all these values: for text, set it to a third of the memory that is there for it. Values of types that can
    /// change, and bytes, leave nothing.</remarks>
    public long? MaxEntryBytes { get; set; } = 256L << 20;

    /// <summary>Which entries go beyond a limit. True: always the one that was used longest ago, and a newcomer always stays; each read
    /// then takes a lock. It is what one small cache that promises as much needs; <see cref="Memory.EvictionPolicy"/> hits more often
    /// where a store is shared. Default: false.</summary>
    internal bool KeepsLatestUsed { get; init; }

    /// <summary>What the hashes of keys begin with; for tests and figures that must come out the same each time. Default:
    /// random.</summary>
    internal ulong? HashSeed { get; init; }

    internal void ThrowIfInvalid()
    {
        Check(MaxRecords, nameof(MaxRecords));
        Check(MaxEntries, nameof(MaxEntries));
        Check(MaxEntryBytes, nameof(MaxEntryBytes));

        static void Check(long? value, string option)
        {
            if (value < 1)
            {
                throw new ArgumentException(
                    $"{nameof(MemoryStoreOptions)}.{option} is {value}; it must be 1 or more, or null for no limit.");
            }
        }
    }
}
