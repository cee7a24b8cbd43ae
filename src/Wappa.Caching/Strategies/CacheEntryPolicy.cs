using System.Collections.Immutable;

namespace Wappa.Caching;

/// <summary>How entries live and are loaded. Immutable; change one with <c>policy with { … }</c>.</summary>
/// <remarks>Every option is checked when it is set, and against the others when the policy is first used; both throw
/// <see cref="ArgumentException"/> naming the option.</remarks>
public sealed record CacheEntryPolicy
{
    /// <summary>What holds when nothing is set: no expiry, one load at a time for each key, at most 30 seconds each.</summary>
    public static CacheEntryPolicy Default { get; } = new();

    /// <summary>How long an entry is fresh, above zero; <see langword="null"/>: until it is removed or evicted. Default: null.</summary>
    public TimeSpan? Ttl
    {
        get;
        init => field = Above0(value, nameof(Ttl));
    }

    /// <summary>An entry that is not read for so long is gone, fresh or stale; above zero, at most <see cref="Ttl"/>;
    /// <see langword="null"/>: reads change nothing. Default: null.</summary>
    public TimeSpan? SlidingTtl
    {
        get;
        init => field = Above0(value, nameof(SlidingTtl));
    }

    /// <summary>Up to so much is taken off each entry's <see cref="Ttl"/> at random, so that entries stored together do not all expire
    /// together; zero or more, below <see cref="Ttl"/>. It only ever shortens: nothing is served longer than <see cref="Ttl"/> says.
    /// Default: zero.</summary>
    public TimeSpan Jitter
    {
        get;
        init => field = AtLeast0(value, nameof(Jitter));
    }

    /// <summary>For so long after <see cref="Ttl"/> the old value is still returned at once, while a load in the background replaces
    /// it; above zero; needs a Ttl; <see langword="null"/>: never. Default: null.</summary>
    public TimeSpan? StaleWhileRevalidate
    {
        get;
        init => field = Above0(value, nameof(StaleWhileRevalidate));
    }

    /// <summary>For so long after <see cref="Ttl"/> the old value is what callers get when the load fails, takes longer than
    /// <see cref="SoftTimeout"/>, or failed less than <see cref="ErrorPause"/> ago; above zero; needs a Ttl;
    /// <see langword="null"/>: never. Default: null.</summary>
    public TimeSpan? StaleIfError
    {
        get;
        init => field = Above0(value, nameof(StaleIfError));
    }

    /// <summary>After a load that failed or was not to be cached, how long this node serves the old value, if there is one to serve,
    /// without another attempt; zero or more. Default: 5 seconds, which keeps a source that comes back from being met by every caller at
    /// once and delays fresh values by little.</summary>
    public TimeSpan ErrorPause
    {
        get;
        init => field = AtLeast0(value, nameof(ErrorPause));
    } = TimeSpan.FromSeconds(5);

    /// <summary>After this share of <see cref="Ttl"/> the first reader starts a load in the background, so that an entry in use never
    /// expires; above 0, below 1; needs a Ttl; <see langword="null"/>: not. Default: null.</summary>
    public double? EagerRefresh
    {
        get;
        init => field = value is null or (> 0 and < 1)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(EagerRefresh), value, "EagerRefresh is a share of Ttl: above 0 and below 1, or null.");
    }

    /// <summary>How long after the beginning of a load a caller for whom there is a stale value waits before it takes that value; the
    /// load goes on. Above zero, at most a day; <see langword="null"/>: as long as the load takes. Default: 1 second, about what a person
    /// who waits for an answer does not mind. Means nothing without <see cref="StaleIfError"/>.</summary>
    public TimeSpan? SoftTimeout
    {
        get;
        init => field = ATimeout(value, nameof(SoftTimeout));
    } = TimeSpan.FromSeconds(1);

    /// <summary>How long a load may take. Then its callers get <see cref="CacheLoadTimeoutException"/> or the stale value, its token is
    /// cancelled, and its key is free for another load; above zero, at most a day; <see langword="null"/>: for ever, and a source that
    /// never answers then blocks its key until the process ends. Default: 30 seconds: longer than a source that is going to answer takes,
    /// and short enough that one hung connection does not become an outage.</summary>
    public TimeSpan? HardTimeout
    {
        get;
        init => field = ATimeout(value, nameof(HardTimeout));
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long a null that was loaded is fresh, zero or more; it is never served stale. Zero: nulls are not stored;
    /// <see langword="null"/>: as <see cref="Ttl"/>, and without sliding. Default: null.</summary>
    public TimeSpan? NegativeTtl
    {
        get;
        init => field = value is null ? null : AtLeast0(value.Value, nameof(NegativeTtl));
    }

    /// <summary>Labels of every entry, by which it can be removed together with others; none empty. Default: none.</summary>
    public ImmutableArray<string> Tags
    {
        get;
        init => field = CheckedTags(value, nameof(Tags));
    } = [];

    /// <summary>Whether all nodes together run one load of a key at a time, where the store has locks all nodes see; elsewhere it means
    /// nothing. It saves work at the source for two more round trips a load. Default: false.</summary>
    public bool ClusterLock { get; init; }

    /// <summary>How long one operation of the store may take, above zero, at most a day; <see langword="null"/>: as long as the store
    /// lets it. Setting many entries has as long for each thousand of them; removing a tag and clearing, which may concern any number
    /// of entries, have <see cref="HardTimeout"/> instead. Default: 1 second, far above what a store in use takes, so that one that has
    /// vanished costs a caller no more.</summary>
    public TimeSpan? StoreTimeout
    {
        get;
        init => field = ATimeout(value, nameof(StoreTimeout));
    } = TimeSpan.FromSeconds(1);

    /// <summary>What a failing store means while a value is read or loaded. False: log, count, go to the source. True:
    /// <see cref="CacheStoreException"/>, and the source is spared. Default: false.</summary>
    public bool Strict { get; init; }

    /// <summary>How long an entry is kept beyond its time to live, so that it can be served stale.</summary>
    internal TimeSpan StaleWindow
    {
        get
        {
            var (revalidate, error) = (StaleWhileRevalidate ?? TimeSpan.Zero, StaleIfError ?? TimeSpan.Zero);
            return revalidate > error ? revalidate : error;
        }
    }

    /// <summary>The policy of a call that says how long its entry lives.</summary>
    internal CacheEntryPolicy WithTtl(TimeSpan? ttl) =>
        ttl is null || ttl == Ttl ? this : this with { Ttl = ttl, SlidingTtl = SlidingTtl > ttl ? ttl : SlidingTtl };

    internal CacheEntryPolicy ThrowIfInvalid()
    {
        if (Ttl is not { } ttl)
        {
            NeedsTtl(StaleWhileRevalidate is not null, nameof(StaleWhileRevalidate));
            NeedsTtl(StaleIfError is not null, nameof(StaleIfError));
            NeedsTtl(EagerRefresh is not null, nameof(EagerRefresh));
            NeedsTtl(Jitter > TimeSpan.Zero, nameof(Jitter));
            return this;
        }

        if (Jitter >= ttl) throw new ArgumentException($"CacheEntryPolicy.Jitter is {Jitter}; it must be below Ttl, {ttl}.");
        if (SlidingTtl > ttl) throw new ArgumentException($"CacheEntryPolicy.SlidingTtl is {SlidingTtl}; it must be at most Ttl, {ttl}.");
        return this;
    }

    internal static TimeSpan? Above0(TimeSpan? value, string name) =>
        value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is above zero, or null for none.");

    internal static ImmutableArray<string> CheckedTags(ImmutableArray<string> tags, string name)
    {
        if (tags.IsDefaultOrEmpty) return [];
        foreach (var tag in tags)
        {
            if (string.IsNullOrEmpty(tag)) throw new ArgumentException("A tag is null or empty; leave it out.", name);
        }

        return tags;
    }

    private static TimeSpan? ATimeout(TimeSpan? value, string name) =>
        Above0(value, name) is { TotalDays: > 1 }
            ? throw new ArgumentOutOfRangeException(name, value, $"{name} is at most a day, or null for no limit.")
            : value;

    private static TimeSpan AtLeast0(TimeSpan value, string name) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is zero or more.");

    private static void NeedsTtl(bool isSet, string name)
    {
        if (!isSet) return;
        throw new ArgumentException($"CacheEntryPolicy.{name} is set, but Ttl is not: an entry that never expires has no use for it.");
    }
}
