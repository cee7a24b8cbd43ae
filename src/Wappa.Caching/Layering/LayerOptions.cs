namespace Wappa.Caching.Layering;

/// <summary>How much is kept in memory in front of a shared store, and for how long.</summary>
internal sealed record LayerOptions
{
    /// <summary>The longest a value is served from memory, whatever is or is not told: the promised bound on staleness. Above zero.
    /// Default: 30 s.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most values kept, 1 or more; <see langword="null"/>: no limit. Beyond it the least useful go. Default: no
    /// limit.</summary>
    public long? MaxCount { get; init; }

    /// <summary>The most bytes they take, keys and an overhead for each counted, 1 or more; <see langword="null"/>: no limit. Default:
    /// 67,108,864.</summary>
    public long? MaxBytes { get; init; } = 64L << 20;

    /// <summary>Whether that a record is missing is kept too. Only for feeds that tell of creations, as all must. Default: yes.</summary>
    public bool KeepsMisses { get; init; } = true;

    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal void ThrowIfInvalid()
    {
        if (MaxAge <= TimeSpan.Zero || MaxAge > TimeSpan.FromDays(1))
        {
            throw new ArgumentException(
                $"{nameof(LayerOptions)}.{nameof(MaxAge)} is {MaxAge}; it must be above zero and at most a day, as it bounds how stale a " +
                "value may be.");
        }

        Check(MaxCount, nameof(MaxCount));
        Check(MaxBytes, nameof(MaxBytes));

        static void Check(long? value, string option)
        {
            if (value < 1)
            {
                throw new ArgumentException(
                    $"{nameof(LayerOptions)}.{option} is {value}; it must be 1 or more, or null for no limit.");
            }
        }
    }
}
