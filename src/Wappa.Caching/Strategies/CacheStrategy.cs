using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;
using Wappa.Caching.Writing;

namespace Wappa.Caching;

/// <summary>
/// A cache of one kind of value under one namespace: what every strategy can do. Make a class of your own of it, or of
/// <see cref="LoadingCacheStrategy{T}"/>, <see cref="CacheAsideStrategy{T}"/>; register it with
/// <c>services.AddCacheStrategy&lt;MyCache&gt;()</c>. Thread-safe; one instance serves the app.
/// </summary>
/// <remarks>
/// <para>Keys are <c>namespace:v1:part:part</c>, the parts given as <c>["conversation", id, "messages"]</c>. All methods throw
/// <see cref="ArgumentException"/> for a part that is empty, longer than 256 characters or holds a control character.</para>
/// <para>A failing store is a miss to whoever reads (see <see cref="CacheEntryPolicy.Strict"/>) and <see cref="CacheStoreException"/> to
/// whoever writes; one that does not take a change within <see cref="CacheEntryPolicy.StoreTimeout"/> has failed
/// (<see cref="CacheStoreTimeoutException"/>). A set that was given up and lands later is followed by a removal.</para>
/// <para>A value read is the caller's own, unless its type is deeply immutable, when readers share one.</para>
/// </remarks>
/// <typeparam name="T">The value. Null is a value; use <see cref="TryGetAsync"/> to tell it from a miss.</typeparam>
public abstract class CacheStrategy<T>
{
    private const int KeyOnStack = 256;

    private readonly string _prefix;
    private readonly StoreChanges _changes;

    /// <summary>A strategy with the default policy and a time to live.</summary>
    /// <param name="context">What all strategies of an app share.</param>
    /// <param name="ns">The namespace, 1 to 256 characters: what its keys begin with, and its name in metrics.</param>
    /// <param name="defaultTtl">Time to live when a call gives none, above zero. Default: none; entries stay until removed or
    /// evicted.</param>
    /// <param name="version">1 or more. Raise it when the form of the values changes: entries of other versions are not seen any more,
    /// and go when they expire or with <see cref="ClearAsync"/>.</param>
    /// <exception cref="ArgumentException">The namespace, time to live or version cannot be.</exception>
    protected CacheStrategy(CacheStrategyContext context, string ns, TimeSpan? defaultTtl = null, int version = 1)
        : this(context, ns, CacheEntryPolicy.Default with { Ttl = defaultTtl }, version)
    {
    }

    /// <summary>A strategy with a policy.</summary>
    /// <param name="context">What all strategies of an app share.</param>
    /// <param name="ns">The namespace, 1 to 256 characters.</param>
    /// <param name="policy">How its entries live and are loaded when a call says nothing else.</param>
    /// <param name="version">1 or more.</param>
    /// <exception cref="ArgumentException">The namespace, policy or version cannot be.</exception>
    protected CacheStrategy(CacheStrategyContext context, string ns, CacheEntryPolicy policy, int version = 1)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(ns);
        ArgumentNullException.ThrowIfNull(policy);
        _prefix = CacheKeyBuilder.Prefix(ns, version);
        Policy = policy.ThrowIfInvalid();
        Context = context;
        Namespace = ns;
        Version = version;
        Loader = new EntryLoader<T>(context, ns);
        _changes = new StoreChanges(context, Loader.Counters);
    }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The version of the namespace.</summary>
    public int Version { get; }

    /// <summary>How entries live and are loaded when a call says nothing else.</summary>
    protected CacheEntryPolicy Policy { get; }

    /// <summary>What all strategies of the app share.</summary>
    protected CacheStrategyContext Context { get; }

    private protected EntryLoader<T> Loader { get; }

    /// <summary>Reads a value.</summary>
    /// <returns>The value; <see langword="default"/> if there is none, or only a stale one.</returns>
    public ValueTask<T?> GetAsync(in CacheKeyParts key, CancellationToken cancellationToken = default)
    {
        if (FindHit(key, eager: 0, cancellationToken) is { } hit) return new(hit.Value);
        return ValueAsync(Loader.FindAsync(KeyOf(key), Policy, takesStale: false, cancellationToken));

        static async ValueTask<T?> ValueAsync(ValueTask<Found<T>> read) => (await read.ConfigureAwait(false)).Value;
    }

    /// <summary>Reads a value and tells a hit, a stale hit and a miss apart.</summary>
    public ValueTask<CacheLookup<T>> TryGetAsync(in CacheKeyParts key, CancellationToken cancellationToken = default)
    {
        if (FindHit(key, eager: 0, cancellationToken) is { } hit) return new(new CacheLookup<T>(hit.Value, isStale: false));
        return LookAsync(Loader.FindAsync(KeyOf(key), Policy, takesStale: true, cancellationToken));

        static async ValueTask<CacheLookup<T>> LookAsync(ValueTask<Found<T>> read) => Lookup(await read.ConfigureAwait(false));
    }

    /// <summary>Reads many values in one round trip.</summary>
    /// <returns>One for each key, in order.</returns>
    public ValueTask<IReadOnlyList<CacheLookup<T>>> GetManyAsync(
        IReadOnlyList<CacheKeyParts> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return LookAsync(Loader.FindManyAsync([.. keys.Select(key => KeyOf(key))], Policy, cancellationToken));

        static async ValueTask<IReadOnlyList<CacheLookup<T>>> LookAsync(ValueTask<IReadOnlyList<Found<T>>> read) =>
            [.. (await read.ConfigureAwait(false)).Select(found => Lookup(found))];
    }

    /// <summary>Stores a value, in place of what was there and of what loads that have begun will bring.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is serialized before this returns.</param>
    /// <param name="ttl">Time to live, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops the wait; the value may have been stored.</param>
    /// <exception cref="CacheSerializationException">The value has no JSON, or would lose what its type adds.</exception>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public ValueTask SetAsync(in CacheKeyParts key, T value, TimeSpan? ttl = null, CancellationToken cancellationToken = default) =>
        SetKeyAsync(KeyOf(key), NewEntry(value, ttl), cancellationToken);

    /// <summary>Stores many values in one round trip, each on its own.</summary>
    /// <param name="values">Keys and values.</param>
    /// <param name="ttl">Time to live, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops the wait; some may have been stored.</param>
    /// <exception cref="CacheSerializationException">A value has no JSON; none was stored.</exception>
    /// <exception cref="CacheStoreException">The store failed; some may have been stored.</exception>
    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<CacheKeyParts, T>> values, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var entries = values.Select(item => KeyValuePair.Create(KeyOf(item.Key), NewEntry(item.Value, ttl))).ToArray();
        try
        {
            await _changes.SetManyAsync(entries, Policy, cancellationToken).ConfigureAwait(false);
            Loader.Counters.Add(CacheCount.Sets, entries.Length);
        }
        finally
        {
            foreach (var (key, _) in entries) Loader.Flights.Detach(key);
        }
    }

    /// <summary>Removes a value and beats loads of it that have begun.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public async ValueTask<bool> DeleteAsync(CacheKeyParts key, CancellationToken cancellationToken = default)
    {
        var text = KeyOf(key);
        try
        {
            var removed = await _changes.RemoveAsync(text, Policy, cancellationToken).ConfigureAwait(false);
            Loader.Counters.Add(CacheCount.Deletes);
            return removed;
        }
        finally
        {
            Loader.Flights.Detach(text); // even if nobody knows whether it was removed
        }
    }

    /// <summary>Says that the source has changed: whoever asks from now on gets a value loaded from now on.</summary>
    /// <exception cref="CacheStoreException">The store failed; the old value may still be served.</exception>
    public async ValueTask InvalidateAsync(CacheKeyParts key, CancellationToken cancellationToken = default) =>
        await DeleteAsync(key, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes every entry that carries a tag, in all namespaces of the store, and beats loads whose results would.</summary>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public async ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        try
        {
            await _changes.RemoveByTagAsync(tag, Policy, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Context.Flights.DetachAll(); // which of them would carry it, their loads decide
        }
    }

    /// <summary>Removes every entry of the namespace, of all its versions, and beats loads of them. Never leaves the
    /// namespace.</summary>
    /// <returns>How many were there.</returns>
    /// <exception cref="CacheStoreException">The store failed; some may have been removed.</exception>
    public async ValueTask<long> ClearAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var prefix = CacheKeyBuilder.Namespace(Namespace) + ':';
            return await _changes.RemoveByPrefixAsync(prefix, Policy, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Context.Flights.DetachAll(); // other caches may share the namespace
        }
    }

    /// <summary>Reads a value; if there is none, loads it and stores what the load brings. Callers that come meanwhile share one
    /// load.</summary>
    /// <param name="key">The key.</param>
    /// <param name="load">Asks the source. Its token is cancelled when nobody waits any more.</param>
    /// <param name="ttl">Time to live, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops this caller's wait.</param>
    /// <exception cref="CacheLoadTimeoutException">The load took longer than <see cref="CacheEntryPolicy.HardTimeout"/>.</exception>
    public ValueTask<T> GetOrSetAsync(
        in CacheKeyParts key, Func<CancellationToken, Task<T>> load, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return LoadThroughAsync(key, load, static (load, _, token) => load(token), Policy, ttl, cancellationToken);
    }

    private protected ValueTask<T> LoadThroughAsync<TState>(
        in CacheKeyParts key, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> load, CacheEntryPolicy policy,
        TimeSpan? ttl, CancellationToken cancellationToken)
    {
        if (ttl is not null) CacheEntryPolicy.Above0(ttl, nameof(ttl));
        if (FindHit(key, policy.EagerRefresh ?? 0, cancellationToken) is { } hit) return new(hit.Value!);
        return TryJoin(key, cancellationToken, out var flight)
            ? Loader.JoinedAsync(flight, cancellationToken)
            : Loader.GetOrLoadAsync(KeyOf(key), state, load, policy.WithTtl(ttl), cancellationToken);
    }

    /// <summary>The key's text.</summary>
    [SkipLocalsInit]
    private protected string KeyOf(in CacheKeyParts key)
    {
        Span<char> text = stackalloc char[KeyOnStack];
        for (var size = KeyOnStack; ; text = new char[size *= 4])
        {
            if (key.TryWrite(_prefix, text, out var written)) return new string(text[..written]);
        }
    }

    /// <summary>The whole of a hit in memory: the characters on the stack, one look-up, one counter. Null: no hit, or memory does
    /// not know.</summary>
    /// <param name="key">The key.</param>
    /// <param name="eager">The policy's <see cref="CacheEntryPolicy.EagerRefresh"/>; 0: none.</param>
    /// <param name="cancellationToken">One that is cancelled has no hit: what comes next throws.</param>
    [SkipLocalsInit]
    private protected Seen<T>? FindHit(in CacheKeyParts key, double eager, CancellationToken cancellationToken)
    {
        Span<char> text = stackalloc char[KeyOnStack];
        return !cancellationToken.IsCancellationRequested && key.TryWrite(_prefix, text, out var written)
            ? Loader.FindHit(text[..written], eager)
            : null;
    }

    /// <summary>Joins a load of what memory does not have, if one runs; no string is made.</summary>
    [SkipLocalsInit]
    private protected bool TryJoin(
        in CacheKeyParts key, CancellationToken cancellationToken, [MaybeNullWhen(false)] out LoadFlight<T> flight)
    {
        flight = null;
        if (Loader.Flights.Count == 0 || cancellationToken.IsCancellationRequested) return false;
        Span<char> text = stackalloc char[KeyOnStack];
        return key.TryWrite(_prefix, text, out var written) && Loader.TryJoin(text[..written], out flight);
    }

    /// <inheritdoc cref="FindHit"/>
    private protected bool TryHit(in CacheKeyParts key, double? eager, CancellationToken cancellationToken, out T value)
    {
        var hit = FindHit(key, eager ?? 0, cancellationToken);
        value = hit is null ? default! : hit.Value!;
        return hit is not null;
    }

    /// <summary>The entry of a value, not stored yet.</summary>
    private protected CacheEntry NewEntry(T value, TimeSpan? ttl) =>
        EntryLives.OfSet(Loader.Codec.Encode(value), CacheEntryPolicy.Above0(ttl, nameof(ttl)) ?? Policy.Ttl, Policy);

    /// <summary>Stores an entry; no later caller joins a load that has begun.</summary>
    private protected ValueTask SetKeyAsync(string key, CacheEntry entry, CancellationToken cancellationToken)
    {
        ValueTask set;
        try
        {
            set = _changes.SetAsync(key, entry, Policy, cancellationToken);
        }
        catch (Exception error)
        {
            set = ValueTask.FromException(error);
        }

        if (!set.IsCompletedSuccessfully) return SettingAsync(key, set);
        Loader.Counters.Add(CacheCount.Sets);
        Loader.Flights.Detach(key);
        return ValueTask.CompletedTask;
    }

    private async ValueTask SettingAsync(string key, ValueTask set)
    {
        try
        {
            await set.ConfigureAwait(false);
            Loader.Counters.Add(CacheCount.Sets);
        }
        finally
        {
            Loader.Flights.Detach(key);
        }
    }

    private static CacheLookup<T> Lookup(in Found<T> found) =>
        found.Freshness == Freshness.Missing ? CacheLookup<T>.Miss : new(found.Value, found.IsStale);
}
