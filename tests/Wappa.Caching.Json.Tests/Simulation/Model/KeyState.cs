namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>What one record is supposed to be.</summary>
/// <param name="Document">Null: there is none.</param>
/// <param name="Revision">0: the store has not said yet.</param>
/// <param name="ExpiresAt">An instant of the wall clock; <see cref="DateTimeOffset.MaxValue"/>: never.</param>
internal readonly record struct KeyState(CacheDocument? Document, long Revision, DateTimeOffset ExpiresAt)
{
    internal static KeyState Missing => new(null, 0, DateTimeOffset.MaxValue);

    internal bool IsLive(DateTimeOffset now) => Document is not null && now < ExpiresAt;

    internal DocumentRecord ToRecord(DateTimeOffset now) => !IsLive(now)
        ? DocumentRecord.Miss
        : DocumentRecord.Hit(Document!, Revision == 0 ? long.MaxValue : Revision, Remaining(now));

    private TimeSpan? Remaining(DateTimeOffset now) => ExpiresAt == DateTimeOffset.MaxValue ? null : ExpiresAt - now;

    public override string ToString() => Document is null
        ? "missing"
        : $"{Document} r{Revision}{(ExpiresAt == DateTimeOffset.MaxValue ? "" : $" until {ExpiresAt:HH:mm:ss.fff}")}";
}

/// <summary>Changes that survive together or not at all: the next states of some records.</summary>
internal sealed class Unit(IReadOnlyList<(int Key, KeyState Next)> changes)
{
    internal IReadOnlyList<(int Key, KeyState Next)> Changes { get; } = changes;

    /// <summary>Somebody has seen its effect: it may not be lost any more.</summary>
    internal bool IsObserved { get; init; }
}

/// <summary>A state of all records and the units that led to it from the one before, in no particular order.</summary>
internal sealed record Moment(KeyState[] States, IReadOnlyList<Unit> Units);
