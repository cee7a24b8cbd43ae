using System.Runtime.CompilerServices;
using Wappa.Caching.Documents;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>Makes entries of values and values of entries, and says how fresh an entry is.</summary>
/// <remarks>
/// <para>A value whose type cannot change hangs on its entry after the first read: later readers of that entry share it. All others are
/// deserialized for each reader.</para>
/// <para>Instants are those of <see cref="StoreClock"/>, which costs a hit 4 ns where the wall clock would cost 20. An entry's age is
/// measured once, by the wall clock, and hangs on it too.</para>
/// </remarks>
internal sealed class EntryCodec<T>(CacheSerializer serializer, StoreClock clock, IValueFormat<T>? format = null)
{
    /// <summary>What hangs on an entry within its time to live, if it was read before and readers share its value; else null.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="eager">The policy's <see cref="CacheEntryPolicy.EagerRefresh"/>; 0: none.</param>
    /// <remarks>The middle of a hit. It gives the object and not the value, as a reference that goes out by <c>out</c> pays for
    /// a barrier at each method it passes.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Seen<T>? Fresh(CacheEntry entry, double eager)
    {
        // The owner says which T it is, so the cast needs no check.
        if (entry.RememberedBy(this) is not { } remembered) return null;
        var seen = Unsafe.As<Seen<T>>(remembered);
        if (!seen.HasValue) return null;
        var until = eager == 0 ? seen.FreshUntil : seen.DueAt(eager);
        return until == StoreClock.Never || !clock.HasPassed(until) ? seen : null;
    }

    /// <summary>What an entry is worth, with its value.</summary>
    /// <exception cref="CacheSerializationException">It does not hold a <typeparamref name="T"/>.</exception>
    internal Found<T> Read(CacheEntry? entry, CacheEntryPolicy policy)
    {
        if (entry is null) return Found<T>.Missing;
        var seen = entry.RememberedBy(this) as Seen<T> ?? See(entry);
        var freshness = FreshnessOf(seen, policy);
        return freshness == Freshness.Missing
            ? Found<T>.Missing
            : new(freshness, seen.HasValue ? seen.Value : Decode(entry.Value), entry);
    }

    internal byte[] Encode(T value)
    {
        if (format is not null) return format.Encode(value);
        if (!typeof(T).IsValueType && value is not null && value.GetType() != typeof(T))
            DerivedValues.ThrowIfSliced(typeof(T), value.GetType(), serializer.Options);
        return serializer.ToJson(value);
    }

    internal T? Decode(ReadOnlyMemory<byte> json) =>
        format is null ? serializer.ReadValue<T>(json.Span) : format.Decode(json);

    private Freshness FreshnessOf(Seen<T> seen, CacheEntryPolicy policy)
    {
        if (!clock.HasPassed(seen.FreshUntil))
            return policy.EagerRefresh is { } share && clock.HasPassed(seen.DueAt(share)) ? Freshness.Due : Freshness.Fresh;
        if (IsWithin(policy.StaleWhileRevalidate)) return Freshness.Stale;
        return IsWithin(policy.StaleIfError) ? Freshness.Kept : Freshness.Missing;

        bool IsWithin(TimeSpan? window) => window is { } more && !clock.HasPassed(Later(seen.FreshUntil, more.Ticks));
    }

    private Seen<T> See(CacheEntry entry)
    {
        // A store whose clock is ahead of this one makes an entry from the future; it is new.
        var age = Math.Max(0, (clock.Time.GetUtcNow() - entry.StoredAt).Ticks);
        var storedAt = clock.Now - age;
        var seen = new Seen<T>(this)
        {
            StoredAt = storedAt,
            Life = (entry.FreshFor ?? entry.Ttl)?.Ticks ?? StoreClock.Never,
            FreshUntil = entry.FreshFor is { } fresh ? Later(storedAt, fresh.Ticks) : StoreClock.Never, // else the store ends it
            Value = ImmutableTypes<T>.IsShareable ? Decode(entry.Value) : default,
            HasValue = ImmutableTypes<T>.IsShareable,
        };
        entry.Remembered = seen;
        return seen;
    }

    private static long Later(long instant, long ticks) =>
        ticks > StoreClock.Never - 1 - Math.Max(0, instant) ? StoreClock.Never - 1 : instant + ticks;
}

/// <summary>What the first reader of an entry worked out, for those after it.</summary>
/// <param name="owner">Who made it; says what <typeparamref name="T"/> is.</param>
internal sealed class Seen<T>(EntryCodec<T> owner) : RememberedValue(owner)
{
    internal T? Value { get; init; }

    /// <summary>Whether readers share the value, as its type cannot change.</summary>
    internal bool HasValue { get; init; }

    internal long StoredAt { get; init; }

    internal long Life { get; init; }

    internal long FreshUntil { get; init; }

    /// <summary>When it is time to load it again.</summary>
    /// <param name="share">Of its life.</param>
    internal long DueAt(double share) => Life == StoreClock.Never ? StoreClock.Never : StoredAt + (long)(Life * share);
}
