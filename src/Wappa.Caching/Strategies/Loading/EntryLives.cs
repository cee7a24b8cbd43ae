using System.Collections.Immutable;

namespace Wappa.Caching.Loading;

/// <summary>The entries of what is stored, and how long they live by a policy. The bytes given become theirs.</summary>
internal static class EntryLives
{
    /// <summary>The entry of a value the app sets.</summary>
    internal static CacheEntry OfSet(ReadOnlyMemory<byte> json, TimeSpan? ttl, CacheEntryPolicy policy) =>
        Make(json, ttl, policy, policy.Tags, policy.StaleWindow, policy.SlidingTtl);

    /// <summary>The entry of what a load brought.</summary>
    /// <returns>Null: it is not to be stored.</returns>
    internal static CacheEntry? OfLoad(ReadOnlyMemory<byte> json, bool isNull, CacheLoad load, CacheEntryPolicy policy)
    {
        if (load.IsNotCached) return null;
        if (!isNull) return Make(json, load.Ttl, policy, load.Tags, WindowOf(load.IsNeverStale, policy), policy.SlidingTtl);
        var ttl = load.TtlIsDecided ? load.Ttl : policy.NegativeTtl ?? load.Ttl;
        return ttl == TimeSpan.Zero ? null : Make(json, ttl, policy, load.Tags, TimeSpan.Zero, sliding: null);
    }

    /// <summary>The entry of what a load brought beside its result.</summary>
    internal static CacheEntry OfCompanion(LoadCompanion companion, CacheLoad load, CacheEntryPolicy policy) =>
        Make(companion.Value, companion.Ttl, policy, load.Tags, WindowOf(companion.IsNeverStale, policy), policy.SlidingTtl);

    private static TimeSpan WindowOf(bool isNeverStale, CacheEntryPolicy policy) => isNeverStale ? TimeSpan.Zero : policy.StaleWindow;

    private static CacheEntry Make(
        ReadOnlyMemory<byte> json, TimeSpan? ttl, CacheEntryPolicy policy, ImmutableArray<string> tags, TimeSpan window, TimeSpan? sliding)
    {
        if (ttl is not { } longest) return new CacheEntry(json) { SlidingTtl = sliding, Tags = tags }.Owned();
        var fresh = Jittered(longest, policy.Jitter);

        // Most entries have nothing else, and each property that is set looks at all of them.
        if (window == TimeSpan.Zero && sliding is null && tags.IsEmpty) return new CacheEntry(json) { Ttl = fresh }.Owned();
        var ends = fresh > TimeSpan.MaxValue - window ? TimeSpan.MaxValue : fresh + window;
        return new CacheEntry(json)
        {
            Ttl = ends,
            FreshFor = window > TimeSpan.Zero ? fresh : null,
            SlidingTtl = sliding > ends ? ends : sliding,
            Tags = tags,
        }.Owned();
    }

    // A load may have chosen a life shorter than the jitter is; half of it is left then.
    private static TimeSpan Jittered(TimeSpan ttl, TimeSpan jitter)
    {
        if (jitter == TimeSpan.Zero) return ttl;
        var most = Math.Min(jitter.Ticks, ttl.Ticks / 2);
#pragma warning disable CA5394 // nobody gains by knowing it
        return new TimeSpan(Math.Max(1, ttl.Ticks - Random.Shared.NextInt64(most + 1)));
#pragma warning restore CA5394
    }
}
