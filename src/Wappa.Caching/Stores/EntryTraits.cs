using System.Collections.Immutable;

namespace Wappa.Caching.Stores;

/// <summary>What few entries have, kept apart so that the many do not pay for it.</summary>
internal class EntryTraits : IEquatable<EntryTraits>
{
    private readonly object? _owner; // who made it, and may still be setting it; see With

    /// <summary>The traits of an entry that is stored.</summary>
    internal EntryTraits(ReadOnlyMemory<byte> value, TimeSpan? slidingTtl, TimeSpan? freshFor, ImmutableArray<string> tags)
    {
        Value = value;
        SlidingTtl = slidingTtl;
        FreshFor = freshFor;
        Tags = tags;
    }

    private EntryTraits(object owner)
        : this(default, null, null, []) => _owner = owner;

    /// <inheritdoc cref="CacheEntry.Value"/>
    internal ReadOnlyMemory<byte> Value { get; private set; }

    /// <inheritdoc cref="CacheEntry.SlidingTtl"/>
    internal TimeSpan? SlidingTtl { get; private set; }

    /// <inheritdoc cref="CacheEntry.FreshFor"/>
    internal TimeSpan? FreshFor { get; private set; }

    /// <inheritdoc cref="CacheEntry.Tags"/>
    internal ImmutableArray<string> Tags { get; private set; }

    /// <summary>Traits with these values.</summary>
    /// <remarks>An initializer sets one property after the other. The traits its entry made itself nobody else has seen yet,
    /// so they are changed; those a copy has from its original are not.</remarks>
    internal static EntryTraits With(
        CacheEntry owner, EntryTraits? traits, ReadOnlyMemory<byte> value, TimeSpan? sliding, TimeSpan? fresh, ImmutableArray<string> tags)
    {
        var mine = ReferenceEquals(traits?._owner, owner) ? traits! : new EntryTraits(owner);
        mine.Value = value;
        mine.SlidingTtl = sliding;
        mine.FreshFor = fresh;
        mine.Tags = tags;
        return mine;
    }

    /// <summary>The same bytes of the same array, the same spans, the same list of tags.</summary>
    public bool Equals(EntryTraits? other) => other is not null && Value.Equals(other.Value) &&
        SlidingTtl == other.SlidingTtl && FreshFor == other.FreshFor && Tags.Equals(other.Tags);

    public override bool Equals(object? obj) => Equals(obj as EntryTraits);

    public override int GetHashCode() => HashCode.Combine(Value, SlidingTtl, FreshFor, Tags);
}
