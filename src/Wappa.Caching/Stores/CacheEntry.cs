using System.Collections.Immutable;

namespace Wappa.Caching;

/// <summary>One entry: bytes and how long they are good for. Stores copy the bytes in, and nobody can change what is out.</summary>
public sealed record CacheEntry
{
    /// <summary>An entry.</summary>
    /// <param name="value">The bytes, whatever they mean to the one who stores them. May be empty.</param>
    public CacheEntry(ReadOnlyMemory<byte> value) => Value = value;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Time to live, above zero; <see langword="null"/>: until it is removed or evicted.</summary>
    public TimeSpan? Ttl
    {
        get;
        init => field = Above0(value, nameof(Ttl));
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
        init => field = Above0(value, nameof(FreshFor));
    }

    /// <summary>When it was stored, by the store's clock; set by the store.</summary>
    public DateTimeOffset StoredAt { get; init; }

    /// <summary>Labels by which it can be removed together with others. Default: none.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    private static TimeSpan? Above0(TimeSpan? value, string name) =>
        value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A time span of an entry is above zero, or null for none.");
}

/// <summary>The moment a load began, as its store counts moments. Give it back unchanged.</summary>
/// <param name="Stamp">The store's own.</param>
public readonly record struct LoadFence(long Stamp);
