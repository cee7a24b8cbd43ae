using Wappa.Caching.Memoizing;
using Wappa.Caching.Writing;

namespace Wappa.Caching;

/// <summary>A cache that is used like a dictionary, with one kind of key and one kind of value.</summary>
/// <remarks>Values that know their version (<paramref name="version"/>) are never replaced by older ones on one node. Two nodes that set
/// one key of a shared store at the same moment each look and then store: the older value may stay, until the next set or the end of its
/// time to live. Where that matters use <see cref="UpdateAsync"/>, which removes. Thread-safe.</remarks>
/// <param name="context">Where it keeps its entries.</param>
/// <param name="name">Its namespace, 1 to 256 characters, and its name in metrics.</param>
/// <param name="policy">How entries live and are loaded.</param>
/// <param name="version">Which version a value is, growing with each change in the database. Default: versions are not looked at.</param>
/// <typeparam name="TKey">The key; two are one if their JSON is. One that JSON would lose a part of - of a derived type that is not named
/// by <c>[JsonDerivedType]</c>, or without public properties - is refused by every method with
/// <see cref="CacheSerializationException"/>.</typeparam>
/// <typeparam name="T">The value. Null is a value.</typeparam>
public abstract class KeyedCache<TKey, T>(
    CacheStrategyContext context, string name, CacheEntryPolicy policy, Func<T, long>? version = null) : IClearableCache
    where TKey : notnull
{
    private readonly Entries _entries = new(context, name, policy);

    /// <inheritdoc/>
    public string Name => _entries.Namespace;

    /// <summary>Reads a value.</summary>
    /// <returns>The value; <see langword="default"/> if there is none.</returns>
    public ValueTask<T?> GetAsync(TKey key, CancellationToken cancellationToken = default) =>
        _entries.GetAsync([MemoKey.Of(key)], cancellationToken);

    /// <summary>Reads a value and tells a hit and a miss apart.</summary>
    public ValueTask<CacheLookup<T>> TryGetAsync(TKey key, CancellationToken cancellationToken = default) =>
        _entries.TryGetAsync([MemoKey.Of(key)], cancellationToken);

    /// <summary>Reads a value; if there is none, loads and stores it. Callers that come meanwhile share one load.</summary>
    public ValueTask<T> GetOrSetAsync(
        TKey key, Func<CancellationToken, Task<T>> load, CancellationToken cancellationToken = default) =>
        _entries.GetOrSetAsync([MemoKey.Of(key)], load, cancellationToken: cancellationToken);

    /// <summary>The same; what the load needs is passed to it, so that it can be static.</summary>
    public ValueTask<T> GetOrSetAsync<TState>(
        TKey key, TState state, Func<TState, CancellationToken, Task<T>> load, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return _entries.FetchAsync(
            [MemoKey.Of(key)], (state, load), static (call, _, token) => call.load(call.state, token),
            cancellationToken: cancellationToken);
    }

    /// <summary>Stores a value, unless there is one of a later version. Exact among the callers of this node.</summary>
    /// <returns>Whether it was stored.</returns>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public async ValueTask<bool> SetAsync(TKey key, T value, CancellationToken cancellationToken = default)
    {
        CacheKeyParts parts = [MemoKey.Of(key)];
        if (version is null)
        {
            await _entries.SetAsync(parts, value, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }

        using var turn = await _entries.TurnAsync(parts, cancellationToken).ConfigureAwait(false);
        if (await VersionAsync(parts, cancellationToken).ConfigureAwait(false) > version(value)) return false;
        await _entries.SetAsync(parts, value, cancellationToken: cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Changes the database and then removes the entry: who reads from then on loads anew, and a load that has begun brings
    /// nothing back.</summary>
    /// <param name="key">The key.</param>
    /// <param name="update">Changes the database; returns whether anything changed. What it throws is the caller's, and the entry goes, as
    /// a database that failed may have changed.</param>
    /// <param name="cancellationToken">Stops the wait for the key's turn; is given to <paramref name="update"/>.</param>
    /// <returns>What <paramref name="update"/> returned. If the cache fails the change stands; the entry is removed as soon as the store
    /// works again.</returns>
    public async ValueTask<bool> UpdateAsync(
        TKey key, Func<CancellationToken, Task<bool>> update, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        CacheKeyParts parts = [MemoKey.Of(key)];
        using var turn = await _entries.TurnAsync(parts, cancellationToken).ConfigureAwait(false);
        turn.Enter();
        var hasChanged = true;
        try
        {
            hasChanged = await update(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (hasChanged) await _entries.RemoveSurelyAsync(parts).ConfigureAwait(false);
        }

        return hasChanged;
    }

    /// <summary>Removes an entry and beats loads of it that have begun.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public ValueTask<bool> RemoveAsync(TKey key, CancellationToken cancellationToken = default) =>
        _entries.DeleteAsync([MemoKey.Of(key)], cancellationToken);

    /// <summary>Removes an entry if it is older than a version that is in the database by now. One that is newer already stays.</summary>
    /// <param name="key">The key.</param>
    /// <param name="newVersion">The version in the database.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it was removed.</returns>
    /// <exception cref="InvalidOperationException">The cache was made without versions.</exception>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public async ValueTask<bool> RemoveOlderAsync(TKey key, long newVersion, CancellationToken cancellationToken = default)
    {
        if (version is null) throw new InvalidOperationException($"Cache {Name} does not know versions; give its constructor one.");
        CacheKeyParts parts = [MemoKey.Of(key)];
        using var turn = await _entries.TurnAsync(parts, cancellationToken).ConfigureAwait(false);
        var isThere = (await _entries.TryGetAsync(parts, cancellationToken).ConfigureAwait(false)).IsHit;
        if (isThere && await VersionAsync(parts, cancellationToken).ConfigureAwait(false) >= newVersion) return false;
        return await _entries.DeleteAsync(parts, cancellationToken).ConfigureAwait(false); // also to beat loads of a missing one
    }

    /// <inheritdoc/>
    public ValueTask<long> ClearAsync(CancellationToken cancellationToken = default) => _entries.ClearAsync(cancellationToken);

    private async ValueTask<long> VersionAsync(CacheKeyParts parts, CancellationToken cancellationToken)
    {
        var found = await _entries.TryGetAsync(parts, cancellationToken).ConfigureAwait(false);
        return found.TryGet(out var value) ? version!(value) : long.MinValue;
    }

    private sealed class Entries : CacheAsideStrategy<T>
    {
        private readonly StoreWrites _writes;

        internal Entries(CacheStrategyContext context, string name, CacheEntryPolicy policy)
            : base(context, name, policy) => _writes = new StoreWrites(context, Loader.Counters, Loader.Flights.Detach);

        internal ValueTask<KeyOrder.Turn> TurnAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
            Context.Writes.TakeAsync(KeyOf(key), cancellationToken);

        internal async ValueTask RemoveSurelyAsync(CacheKeyParts key) =>
            await _writes.RemoveAsync(KeyOf(key), Policy).ConfigureAwait(false);
    }
}
