using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>One entry: bytes and how long they are good for. Stores copy the bytes in, and nobody can change what is out.</summary>
/// <remarks>Not sealed, as the memory store gives out the very objects it keeps its entries in; deriving from it elsewhere
/// gains nothing, since stores take over only what is here.</remarks>
public record CacheEntry
{
    // A million entries are kept in memory: spans are ticks and not Nullable<TimeSpan>, and what few entries have is in an
    // object of its own, with the value: an entry has the one or the other.
    private object _content; // the value, if it is all of an array and there is nothing more; else the traits
    private readonly long _ttl;      // ticks; 0: none
    private readonly long _storedAt; // UTC ticks
    private Slot _remembered;

    /// <summary>An entry.</summary>
    /// <param name="value">The bytes, whatever they mean to the one who stores them. May be empty.</param>
    public CacheEntry(ReadOnlyMemory<byte> value) => _content = ContentOf(value, null, null, []);

    /// <summary>What a store keeps of an entry.</summary>
    /// <param name="content">Its own copy of the bytes, or its own traits with it.</param>
    /// <param name="ttl">Time to live.</param>
    /// <param name="storedAt">UTC ticks.</param>
    private protected CacheEntry(object content, TimeSpan? ttl, long storedAt)
    {
        _content = content;
        _ttl = ttl?.Ticks ?? 0;
        _storedAt = storedAt;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value
    {
        get => _content is byte[] whole ? whole : Traits!.Value;
        init
        {
            _content = ContentOf(value, SlidingTtl, FreshFor, Tags);
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
        init => _content = ContentOf(Value, Above0(value, nameof(SlidingTtl)), FreshFor, Tags);
    }

    /// <summary>How long the value counts as fresh, for those who serve stale entries while they load; above zero, at most
    /// <see cref="Ttl"/>; <see langword="null"/>: as long as it lives.</summary>
    public TimeSpan? FreshFor
    {
        get => Traits?.FreshFor;
        init
        {
            _content = ContentOf(Value, SlidingTtl, Above0(value, nameof(FreshFor)), Tags);
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
        init => _content = ContentOf(Value, SlidingTtl, FreshFor, value.IsDefault ? [] : value);
    }

    /// <summary>What few entries have; null: nothing of it.</summary>
    private protected EntryTraits? Traits
    {
        get => _content is byte[] ? null : Unsafe.As<EntryTraits>(_content); // there is no third kind, and a cast would look for one
        init => _content = value!;
    }

    /// <summary>How many bytes the value has.</summary>
    private protected int Length => _content is byte[] whole ? whole.Length : Traits!.Value.Length;

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

    private object ContentOf(ReadOnlyMemory<byte> value, TimeSpan? sliding, TimeSpan? fresh, ImmutableArray<string> tags)
    {
        if (sliding is null && fresh is null && tags.IsEmpty && WholeOf(value) is { } whole) return whole;
        return EntryTraits.With(this, _content is null ? null : Traits, value, sliding, fresh, tags);
    }

    // An empty part of an array stays one: a store may have put what it must know of the entry before it.
    private static byte[]? WholeOf(ReadOnlyMemory<byte> value)
    {
        if (MemoryMarshal.TryGetArray(value, out var part)) return part.Array!.Length == part.Count ? part.Array : null;
        return value.IsEmpty ? [] : null;
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
