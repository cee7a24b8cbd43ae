using System.Collections.Immutable;

namespace Wappa.Caching;

/// <summary>One entry: bytes and how long they are good for. Stores copy the bytes in, and nobody can change what is out.</summary>
public sealed record CacheEntry
{
    private Slot _remembered;

    /// <summary>An entry.</summary>
    /// <param name="value">The bytes, whatever they mean to the one who stores them. May be empty.</param>
    public CacheEntry(ReadOnlyMemory<byte> value) => Value = value;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value
    {
        get;
        init
        {
            field = value;
            _remembered = default;
        }
    }

    /// <summary>Time to live, above zero; <see langword="null"/>: until it is removed or evicted.</summary>
    public TimeSpan? Ttl
    {
        get;
        init
        {
            field = Above0(value, nameof(Ttl));
            _remembered = default;
        }
    }

    /// <summary>Time to live that begins anew with each read, never beyond <see cref="Ttl"/>; above zero;
    /// <see langword="null"/>: none.</summary>
    public TimeSpan? SlidingTtl
    {
        get;
        init => field = Above0(value, nameof(SlidingTtl));
    }

    /// <summary>How long the value counts as fresh, for those who serve stale entries while they load; above zero, at most
    /// <see cref="Ttl"/>; <see langword="null"/>: as long as it lives.</summary>
    public TimeSpan? FreshFor
    {
        get;
        init
        {
            field = Above0(value, nameof(FreshFor));
            _remembered = default;
        }
    }

    /// <summary>When it was stored, by the store's clock; set by the store.</summary>
    public DateTimeOffset StoredAt
    {
        get;
        init
        {
            field = value;
            _remembered = default;
        }
    }

    /// <summary>Labels by which it can be removed together with others. Default: none.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What a reader worked out of this entry and would work out again: its typed value, when it stops being fresh. Racing
    /// readers write equal things. Not part of what the entry is, and gone with any change of what it was worked out of.</summary>
    internal RememberedValue? Remembered
    {
        get => _remembered.Value;
        set => _remembered.Value = value;
    }

    /// <summary>Whether nobody else has the bytes, so that a store in memory need not copy them.</summary>
    internal bool OwnsValue => _remembered.OwnsValue;

    /// <summary>The bytes are the entry's from now on: whoever made them does not change them any more.</summary>
    internal CacheEntry Owned()
    {
        _remembered.OwnsValue = true;
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
        internal bool OwnsValue;

        public readonly bool Equals(Slot other) => true;

        public override readonly bool Equals(object? obj) => obj is Slot;

        public override readonly int GetHashCode() => 0;
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
