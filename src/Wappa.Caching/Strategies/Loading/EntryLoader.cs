using System.Diagnostics.CodeAnalysis;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>Reads entries and loads those that are missing: the one way from a caller to store and source. The steps are numbered in
/// <c>Strategies/README.md</c>; how a flight flies is in <see cref="LoadRunner{T}"/>.</summary>
internal sealed class EntryLoader<T>
{
    // One call may look twice, so what memory answers is read below the counting store, and counted here when it is used.
    private readonly CountingCacheStore? _counting;
    private readonly IInstantEntries? _instant;
    private readonly LoadRunner<T> _runner;

    // The runner's; here too, as a hit is short enough to feel each step on the way to them.
    private readonly CacheCounters _counters;
    private readonly EntryCodec<T> _codec;

    /// <param name="context">The store and what else strategies share.</param>
    /// <param name="cache">The cache's name in metrics and logs.</param>
    /// <param name="format">How values become bytes. Default: as the context's serializer says.</param>
    internal EntryLoader(CacheStrategyContext context, string cache, IValueFormat<T>? format = null)
    {
        _counting = context.Store as CountingCacheStore;
        _instant = (_counting?.Inner ?? context.Store) as IInstantEntries;
        _counters = context.Statistics.Of(cache);
        _runner = new LoadRunner<T>(context, _counters, format);
        _codec = _runner.Codec;
    }

    internal CacheCounters Counters => _counters;

    internal EntryCodec<T> Codec => _codec;

    internal FlightTable<T> Flights => _runner.Flights;

    internal StoreReads Store => _runner.Store;

    /// <summary>A hit that memory answers: no string, no task, no allocation. Steps 1 and 2. Null: go on with step 3.</summary>
    /// <param name="key">The key.</param>
    /// <param name="eager">The policy's <see cref="CacheEntryPolicy.EagerRefresh"/>; 0: none.</param>
    internal Seen<T>? FindHit(ReadOnlySpan<char> key, double eager)
    {
        if (_instant is null || !_instant.TryRead(key, out var entry) || entry is null) return null;
        if (_codec.Fresh(entry, eager) is not { } seen) return null;
        _counters.Add(CacheCount.Hits);
        _counting?.CountRead(isHit: true);
        return seen;
    }

    /// <summary>Joins a load of what memory does not have, by the characters of its key: ten thousand who wait for one load need no string
    /// each. Whoever is in the table loads what later callers may have, whatever the store says by now.</summary>
    /// <returns>False: there is none, or another store is to be asked first.</returns>
    internal bool TryJoin(ReadOnlySpan<char> key, [MaybeNullWhen(false)] out LoadFlight<T> flight)
    {
        flight = null;
        if (Flights.Count == 0 || _instant is null || !_instant.TryRead(key, out var entry) || entry is not null) return false;
        if (!Flights.TryFind(key, out flight) || !flight.TryJoin()) return false;
        _counting?.CountRead(isHit: false);
        _counters.Add(CacheCount.Misses);
        return true;
    }

    /// <summary>Waits for a flight the caller has joined.</summary>
    internal ValueTask<T> JoinedAsync(LoadFlight<T> flight, CancellationToken cancellationToken) =>
        _runner.JoinedAsync(flight, cancellationToken);

    /// <inheritdoc cref="FindHit"/>
    internal bool TryHit(ReadOnlySpan<char> key, double? eager, out T value)
    {
        if (FindHit(key, eager ?? 0) is { } seen)
        {
            value = seen.Value!;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>Reads without loading.</summary>
    internal async ValueTask<Found<T>> FindAsync(
        string key, CacheEntryPolicy policy, bool takesStale, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = _runner.Read(await EntryAsync(key, policy, cancellationToken).ConfigureAwait(false), policy);
        return Counted(found.IsStale && !takesStale ? Found<T>.Missing : found);
    }

    /// <summary>Reads many without loading.</summary>
    internal async ValueTask<IReadOnlyList<Found<T>>> FindManyAsync(
        IReadOnlyList<string> keys, CacheEntryPolicy policy, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entries = await Store.GetManyAsync(keys, policy, cancellationToken).ConfigureAwait(false);
        var found = new Found<T>[keys.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = Counted(entries.IsThere && i < entries.Value.Count ? _runner.Read(entries.Value[i], policy) : Found<T>.Missing);
        return found;
    }

    /// <summary>Reads, and loads what is missing. Step 3 on.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">What the load is given.</param>
    /// <param name="load">Asks the source.</param>
    /// <param name="policy">How the entry lives and is loaded; checked.</param>
    /// <param name="cancellationToken">Stops this caller's wait, and the load only if nobody else waits for it.</param>
    internal ValueTask<T> GetOrLoadAsync<TState>(
        string key, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> load, CacheEntryPolicy policy,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        var call = new LoadCall<T, TState>(key, state, load, policy, Flights.Landings);
        if (TryReadCounted(key, out var entry)) return Serve(_runner.Read(entry, policy), call, cancellationToken);
        if (_runner.TryJoinUnseen(key, out var flight))
        {
            Counters.Add(CacheCount.Misses);
            return _runner.JoinedUnseenAsync(flight, cancellationToken);
        }

        return ReadAndServeAsync(call, cancellationToken);
    }

    /// <summary>Loads without reading first, and shares the load with those who ask for the same meanwhile.</summary>
    internal ValueTask<T> LoadAsync<TState>(
        string key, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> load, CacheEntryPolicy policy,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        Counters.Add(CacheCount.Misses);
        return _runner.LoadAsync(new LoadCall<T, TState>(key, state, load, policy, Flights.Landings), cancellationToken);
    }

    private async ValueTask<T> ReadAndServeAsync<TState>(LoadCall<T, TState> call, CancellationToken cancellationToken)
    {
        var answer = await Store.GetAsync(call.Key, call.Policy, cancellationToken).ConfigureAwait(false);
        return await Serve(_runner.Read(answer.Value, call.Policy), call, cancellationToken).ConfigureAwait(false);
    }

    // Step 4.
    private ValueTask<T> Serve<TState>(in Found<T> found, in LoadCall<T, TState> call, CancellationToken cancellationToken)
    {
        var isOld = found.Freshness is not (Freshness.Missing or Freshness.Fresh);
        if (isOld && _runner.CircleOf(call.Key) is { } circle) return ValueTask.FromException<T>(circle);
        var isPaused = isOld && _runner.Pauses.IsPaused(call.Key);
        if (found.Freshness is Freshness.Due or Freshness.Stale && !isPaused) _runner.Refresh(call, found);
        if (found.IsServed || isPaused)
        {
            Counters.Add(found.IsStale ? CacheCount.StaleHits : CacheCount.Hits);
            return new(found.Value!);
        }

        if (found.Freshness == Freshness.Kept) return _runner.LoadOrKeepAsync(call, found, cancellationToken);
        Counters.Add(CacheCount.Misses);
        return _runner.LoadAsync(call, cancellationToken);
    }

    private async ValueTask<CacheEntry?> EntryAsync(string key, CacheEntryPolicy policy, CancellationToken cancellationToken)
    {
        if (TryReadCounted(key, out var entry)) return entry;
        return (await Store.GetAsync(key, policy, cancellationToken).ConfigureAwait(false)).Value;
    }

    private bool TryReadCounted(string key, out CacheEntry? entry)
    {
        entry = null;
        if (_instant is null || !_instant.TryRead(key, out entry)) return false;
        _counting?.CountRead(entry is not null);
        return true;
    }

    private Found<T> Counted(in Found<T> found)
    {
        Counters.Add(found.Freshness == Freshness.Missing ? CacheCount.Misses : found.IsStale ? CacheCount.StaleHits : CacheCount.Hits);
        return found;
    }
}

/// <summary>What a caller of a load brings.</summary>
internal readonly record struct LoadCall<T, TState>(
    string Key, TState State, Func<TState, CacheLoad, CancellationToken, Task<T>> Load, CacheEntryPolicy Policy, long SeenLandings);
