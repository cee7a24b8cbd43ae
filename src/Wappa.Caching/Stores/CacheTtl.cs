namespace Wappa.Caching;

/// <summary>How long a record still lives: missing, without expiry, or a remaining time.</summary>
public readonly record struct CacheTtl
{
    private readonly long _ticks; // 0: missing; -1: no expiry; else the remaining time

    private CacheTtl(long ticks) => _ticks = ticks;

    /// <summary>There is no such record.</summary>
    public static CacheTtl Missing => default;

    /// <summary>The record is there and does not expire.</summary>
    public static CacheTtl NoExpiry { get; } = new(-1);

    /// <summary>Whether the record is there.</summary>
    public bool Exists => _ticks != 0;

    /// <summary>The remaining time, above zero; <see langword="null"/> for a record that is missing or does not expire.</summary>
    public TimeSpan? Remaining => _ticks > 0 ? new TimeSpan(_ticks) : null;

    /// <summary>A remaining time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above zero.</exception>
    public static CacheTtl After(TimeSpan remaining)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(remaining, TimeSpan.Zero);
        return new(remaining.Ticks);
    }

    /// <summary><c>missing</c>, <c>no expiry</c>, or the remaining time.</summary>
    public override string ToString() => _ticks switch { 0 => "missing", -1 => "no expiry", _ => new TimeSpan(_ticks).ToString() };
}
