namespace Wappa.Caching;

/// <summary>
/// One change of one record, as data. It can be applied at once, kept for a commit, written to a journal or translated
/// into a script; what it means is written in <see cref="RecordTransition"/>.
/// </summary>
public abstract record RecordChange
{
    private RecordChange(TimeSpan? ttl, TimeSpan? ttlOnCreate)
    {
        Ttl = CheckTtl(ttl, nameof(ttl));
        TtlOnCreate = ttl is null ? CheckTtl(ttlOnCreate, nameof(ttlOnCreate)) : Ttl;
    }

    /// <summary>The time to live the record gets; <see langword="null"/>: what the operation does without one, see each.
    /// Above zero, rounded up to a millisecond.</summary>
    public TimeSpan? Ttl { get; }

    /// <summary>The time to live if this change creates the record; <see langword="null"/>: it never expires.</summary>
    public TimeSpan? TtlOnCreate { get; }

    /// <summary>Whether the caller looks at the outcome, the number and the revision only: then the answer of a store that is far away
    /// may come without the record, as <see cref="DocumentRecord.Unread"/>. False by default.</summary>
    internal bool IsBrief { get; init; }

    /// <summary>Creates or replaces the whole record. Without a time to live the record never expires.</summary>
    public sealed record Set(CacheDocument Document, TimeSpan? Ttl = null) : RecordChange(Ttl, Ttl)
    {
        /// <summary>The new content.</summary>
        public CacheDocument Document { get; } = Required(Document, nameof(Document));
    }

    /// <summary>Replaces the given fields and keeps the others; creates if missing. Without a time to live the expiry is kept.</summary>
    public sealed record Merge(CacheDocument Fields, TimeSpan? Ttl = null, TimeSpan? TtlOnCreate = null)
        : RecordChange(Ttl, TtlOnCreate)
    {
        /// <summary>The fields to replace.</summary>
        public CacheDocument Fields { get; } = Required(Fields, nameof(Fields));
    }

    /// <summary>Replaces one field by raw JSON; creates if missing. Without a time to live the expiry is kept.</summary>
    public sealed record SetField(string Field, ReadOnlyMemory<byte> Json, TimeSpan? Ttl = null, TimeSpan? TtlOnCreate = null)
        : RecordChange(Ttl, TtlOnCreate)
    {
        /// <summary>The field's name; any string.</summary>
        public string Field { get; } = Required(Field, nameof(Field));
    }

    /// <summary>Adds to a number field; creates from 0 if missing. Without a time to live the expiry is kept.</summary>
    public sealed record Increment(string Field, CacheNumber By, TimeSpan? Ttl = null, TimeSpan? TtlOnCreate = null)
        : RecordChange(Ttl, TtlOnCreate)
    {
        /// <summary>The field's name; any string.</summary>
        public string Field { get; } = Required(Field, nameof(Field));
    }

    /// <summary>Appends raw JSON to an array field, keeping the newest <paramref name="MaxLength"/>; creates if missing.
    /// Without a time to live the expiry is kept.</summary>
    public sealed record Append(
        string Field, ReadOnlyMemory<byte> Json, int? MaxLength = null, TimeSpan? Ttl = null, TimeSpan? TtlOnCreate = null)
        : RecordChange(Ttl, TtlOnCreate)
    {
        /// <summary>The field's name; any string.</summary>
        public string Field { get; } = Required(Field, nameof(Field));

        /// <summary>The most items kept, 1 or more; <see langword="null"/>: all.</summary>
        public int? MaxLength { get; } = MaxLength is null or > 0
            ? MaxLength
            : throw new ArgumentOutOfRangeException(nameof(MaxLength), MaxLength, "A list keeps at least 1 item, or null for all.");
    }

    /// <summary>Takes a field away. A missing record or field is <see cref="ChangeOutcome.Missing"/>.</summary>
    public sealed record RemoveField(string Field) : RecordChange(null, null)
    {
        /// <summary>The field's name; any string.</summary>
        public string Field { get; } = Required(Field, nameof(Field));
    }

    /// <summary>Deletes the record.</summary>
    public sealed record Delete() : RecordChange(null, null);

    /// <summary>Gives an existing record a new time to live.</summary>
    public sealed record Expire(TimeSpan After) : RecordChange(After, null);

    /// <summary>Takes the time to live from an existing record.</summary>
    public sealed record Persist() : RecordChange(null, null);

    /// <summary>Creates the record, or is refused with <see cref="ChangeOutcome.Exists"/> and the record that is there.</summary>
    public sealed record CreateIfAbsent(CacheDocument Document, TimeSpan? Ttl = null) : RecordChange(Ttl, Ttl)
    {
        /// <summary>The new content.</summary>
        public CacheDocument Document { get; } = Required(Document, nameof(Document));
    }

    /// <summary>Replaces the whole record if its revision is still the given one. Without a time to live the expiry is kept.</summary>
    public sealed record ReplaceIf(CacheDocument Document, long Revision, TimeSpan? Ttl = null) : RecordChange(Ttl, null)
    {
        /// <summary>The new content.</summary>
        public CacheDocument Document { get; } = Required(Document, nameof(Document));
    }

    /// <summary>Changes nothing, but refuses the commit it is part of unless the record has this revision.</summary>
    /// <param name="Revision">0: the record must be missing.</param>
    public sealed record Require(long Revision) : RecordChange(null, null);

    /// <summary>The operation's name. What a change holds is somebody's data and stays out of texts.</summary>
    public sealed override string ToString() => GetType().Name;

    private static T Required<T>(T? value, string name)
        where T : class => value ?? throw new ArgumentNullException(name);

    private static TimeSpan? CheckTtl(TimeSpan? ttl, string name)
    {
        if (ttl is not { } span) return null;
        if (span <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(
                name, span, "A time to live is above zero; delete the record to end it now, omit the value for none.");
        }

        var over = span.Ticks % TimeSpan.TicksPerMillisecond;
        return over == 0 || span.Ticks > long.MaxValue - TimeSpan.TicksPerMillisecond
            ? span
            : new TimeSpan(span.Ticks - over + TimeSpan.TicksPerMillisecond);
    }
}

/// <summary>A change and the record it is for.</summary>
/// <param name="Key">The record.</param>
/// <param name="Change">The change.</param>
public readonly record struct RecordWrite(RecordKey Key, RecordChange Change)
{
    /// <summary>The operation and the kind of record, without key or content.</summary>
    public override string ToString() => $"{Change} of a {Key.Kind} record";
}
