using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>One entry: bytes and how long they are good for. Stores copy the bytes in, and nobody can change what is out.</summary>
/// <remarks>Not sealed, as the memory store gives out the very objects it keeps its entries in; deriving from it elsewhere
/// gains nothing, since stores take over only what is here.</remarks>
public record CacheEntry
{
    // A million entries are kept in memory: spans are ticks and not Nullable<TimeSpan>, and what few entries have is in an
    // object of its own.
    private readonly byte[]? _whole; // the value, if it is all of an array; else it is among the traits
    private readonly long _ttl;      // ticks; 0: none
    private readonly long _storedAt; // UTC ticks
    private Slot _remembered;

    /// <summary>An entry.</summary>
    /// <param name="value">The bytes, whatever they mean to the one who stores them. May be empty.</param>
    public CacheEntry(ReadOnlyMemory<byte> value) => Value = value;

    /// <summary>What a store keeps of an entry: its own copy of the bytes, its own traits.</summary>
    private protected CacheEntry(byte[] value, TimeSpan? ttl, long storedAt, EntryTraits? traits)
    {
        _whole = value;
        _ttl = ttl?.Ticks ?? 0;
        _storedAt = storedAt;
        Traits = traits;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value
    {
        get => _whole ?? Traits!.Value;
        init
        {
            // An empty part of an array stays one: a store may have put what it must know of the entry before it.
            if (MemoryMarshal.TryGetArray(value, out var part)) _whole = part.Array!.Length == part.Count ? part.Array : null;
            else _whole = value.IsEmpty ? [] : null;
            Traits = EntryTraits.With(this, Traits, _whole is null ? value : default, SlidingTtl, FreshFor, Tags);
            _remembered = default;
        }
    }

    /// <summary>Time to live, above zero; <see langword="null"/>: until it is removed or evicted.</summary>
    public TimeSpan? Ttl
    {
        get => _ttl == 0 ? null : new TimeSpan(_ttl);
        init
        {
            _ttl = Above0(value, nameof(Ttl))?.Ticks ?? 0;
            _remembered = default;
        }
    }

    /// <summary>Time to live that begins anew with each read, never beyond <see cref="Ttl"/>; above zero;
    /// <see langword="null"/>: none.</summary>
    public TimeSpan? SlidingTtl
    {
        get => Traits?.SlidingTtl;
        init => Traits = EntryTraits.With(this, Traits, Part, Above0(value, nameof(SlidingTtl)), FreshFor, Tags);
    }

    /// <summary>How long the value counts as fresh, for those who serve stale entries while they load; above zero, at most
    /// <see cref="Ttl"/>; <see langword="null"/>: as long as it lives.</summary>
    public TimeSpan? FreshFor
    {
        get => Traits?.FreshFor;
        init
        {
            Traits = EntryTraits.With(this, Traits, Part, SlidingTtl, Above0(value, nameof(FreshFor)), Tags);
            _remembered = default;
        }
    }

    /// <summary>When it was stored, by the store's clock, in UTC; set by the store.</summary>
    public DateTimeOffset StoredAt
    {
        get => new(_storedAt, TimeSpan.Zero);
        init
        {
            _storedAt = value.UtcTicks;
            _remembered = default;
        }
    }

    /// <summary>Labels by which it can be removed together with others. Default: none.</summary>
    public ImmutableArray<string> Tags
    {
        get => Traits?.Tags ?? [];
        init => Traits = EntryTraits.With(this, Traits, Part, SlidingTtl, FreshFor, value);
    }

    /// <summary>What few entries have; null: nothing of it.</summary>
    private protected EntryTraits? Traits { get; init; }

    /// <summary>How many bytes the value has.</summary>
    private protected int Length => _whole?.Length ?? Traits!.Value.Length;

    private ReadOnlyMemory<byte> Part => Traits?.Value ?? default;

    /// <summary>What a reader worked out of this entry and would work out again: its typed value, when it stops being fresh. Racing
    /// readers write equal things. Not part of what the entry is, and gone with any change of what it was worked out of.</summary>
    internal RememberedValue? Remembered
    {
        get => OwnsValue ? null : _remembered.Value;
        set => _remembered.Value = value;
    }

    /// <summary>What a reader left here, if it was this one.</summary>
    internal RememberedValue? RememberedBy(object owner) =>
        _remembered.Value is { } remembered && ReferenceEquals(remembered.Owner, owner) ? remembered : null; // the mark has no reader

    /// <summary>Whether nobody else has the bytes, so that a store in memory need not copy them.</summary>
    internal bool OwnsValue => ReferenceEquals(_remembered.Value, Ownership.Mark);

    /// <summary>The bytes are the entry's from now on: whoever made them does not change them any more.</summary>
    internal CacheEntry Owned()
    {
        _remembered.Value = Ownership.Mark; // in the same field: nobody has read yet what is only about to be stored
        return this;
    }

    private static TimeSpan? Above0(TimeSpan? value, string name) =>
        value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A time span of an entry is above zero, or null for none.");

    /// <summary>Equal to every other, so that it has no part in the equality of entries.</summary>
    private struct Slot : IEquatable<Slot>
    {
        internal RememberedValue? Value;

        public readonly bool Equals(Slot other) => true;

        public override readonly bool Equals(object? obj) => obj is Slot;

        public override readonly int GetHashCode() => 0;
    }

    private sealed class Ownership() : RememberedValue(new object())
    {
        internal static readonly Ownership Mark = new();
    }
}

/// <summary>What hangs on an entry for the one who read it.</summary>
/// <param name="owner">Who may look at it.</param>
internal abstract class RememberedValue(object owner)
{
    internal object Owner { get; } = owner;
}

/// <summary>The moment a load began, as its store counts moments. Give it back unchanged.</summary>
/// <param name="Stamp">The store's own.</param>
public readonly record struct LoadFence(long Stamp);
