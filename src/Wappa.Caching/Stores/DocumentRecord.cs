using System.Diagnostics.CodeAnalysis;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>What a store holds under a key at one moment: a document, its revision and its expiry. The default value is a
/// miss.</summary>
public readonly struct DocumentRecord
{
    // A hit's clock, or the reason why a store could not answer: one field, as no record has both.
    private readonly object? _clockOrError;
    private readonly long _deadline; // with a clock: the instant; without: the ticks that were left when it was read

    private DocumentRecord(CacheDocument? document, long revision, long deadline, object? clockOrError)
    {
        Document = document;
        Revision = revision;
        _deadline = deadline;
        _clockOrError = clockOrError;
    }

    /// <summary>There is no such record.</summary>
    public static DocumentRecord Miss => default;

    /// <summary>The content; <see langword="null"/> on a miss.</summary>
    public CacheDocument? Document { get; }

    /// <summary>Grows with each change of the record and is never used twice for its key; 0 on a miss.</summary>
    public long Revision { get; }

    /// <summary>Whether there is a record.</summary>
    [MemberNotNullWhen(true, nameof(Document))]
    public bool IsHit => Document is not null;

    /// <summary>How long it still lives, from now; missing once its time has passed.</summary>
    public CacheTtl Ttl
    {
        get
        {
            if (Document is null) return CacheTtl.Missing;
            if (_deadline == StoreClock.Never) return CacheTtl.NoExpiry;
            var left = _clockOrError is StoreClock clock ? _deadline - clock.Now : _deadline;
            return left > 0 ? CacheTtl.After(new TimeSpan(left)) : CacheTtl.Missing;
        }
    }

    /// <summary>A record that was found.</summary>
    /// <param name="document">Its content.</param>
    /// <param name="revision">Its revision, above 0.</param>
    /// <param name="remaining">How long it still lives; <see langword="null"/>: it does not expire. There is no clock to go with
    /// it, so <see cref="Ttl"/> goes on saying this.</param>
    public static DocumentRecord Hit(CacheDocument document, long revision, TimeSpan? remaining)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new(document, revision, remaining?.Ticks ?? StoreClock.Never, null);
    }

    /// <summary>Why a forgiving store answered with a miss; null for an honest one.</summary>
    internal Exception? Error => Document is null ? _clockOrError as Exception : null;

    /// <summary>A record that is there and whose content was not asked for (<see cref="RecordChange.IsBrief"/>): no hit, but a
    /// revision.</summary>
    internal static DocumentRecord Unread(long revision) => new(null, revision, 0, null);

    internal static DocumentRecord Failed(Exception error) => new(null, 0, 0, error);

    // The remaining time is asked for by few reads; they pay for the clock, the others do not.
    internal static DocumentRecord Hit(CacheDocument document, long revision, long expiresAt, StoreClock clock) =>
        new(document, revision, expiresAt, clock);
}
