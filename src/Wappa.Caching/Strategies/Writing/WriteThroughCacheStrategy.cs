using Wappa.Caching.Writing;

namespace Wappa.Caching;

/// <summary>A cache whose writes go to the database first and then into the cache, so that who reads after a write sees it.</summary>
/// <remarks>
/// <para>The database decides: what it refused is in no cache, and what it took stands whatever the cache does. Writers of one key take
/// turns on a node, so that none leaves its value over a newer one. Nodes do not wait for each other unless
/// <see cref="CacheEntryPolicy.ClusterLock"/> is set and the store has locks: without it, two nodes that write one key at the same
/// moment may leave the older value in a shared store, until the next write or the end of <see cref="CacheEntryPolicy.Ttl"/>.</para>
/// <para>Within <c>persist</c> the same key must not be written through the cache; that throws
/// <see cref="InvalidOperationException"/>.</para>
/// </remarks>
/// <typeparam name="T">The value. Null is a value, and is cached like one.</typeparam>
public abstract class WriteThroughCacheStrategy<T> : LoadingCacheStrategy<T>
{
    private readonly StoreWrites _writes;
    private readonly ClusterTurns _turns;
    private readonly CacheEntryPolicy _current;

    /// <inheritdoc/>
    protected WriteThroughCacheStrategy(CacheStrategyContext context, string ns, TimeSpan? defaultTtl = null, int version = 1)
        : this(context, ns, CacheEntryPolicy.Default with { Ttl = defaultTtl }, version)
    {
    }

    /// <inheritdoc/>
    protected WriteThroughCacheStrategy(CacheStrategyContext context, string ns, CacheEntryPolicy policy, int version = 1)
        : base(context, ns, policy, version)
    {
        _writes = new StoreWrites(context, Loader.Counters, Loader.Flights.Detach);
        _turns = new ClusterTurns(context, Loader.Counters);
        _current = policy with { StaleWhileRevalidate = null, StaleIfError = null, EagerRefresh = null };
    }

    /// <summary>Writes a value: to the database, then into the cache.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value. It is serialized before the database is asked, so one that has no JSON is written nowhere.</param>
    /// <param name="persist">Writes it to the database. What it throws is what the caller gets; the entry is removed then, as a database
    /// that failed may have written.</param>
    /// <param name="cancellationToken">Stops the wait for the turn. Once <paramref name="persist"/> has returned the write is
    /// finished whatever it says.</param>
    /// <exception cref="CacheSerializationException">The value has no JSON, or would lose what its type adds.</exception>
    /// <exception cref="CacheStoreException">Only with <see cref="CacheEntryPolicy.Strict"/>: the database has the value and the cache
    /// does not. The entry is removed as soon as the store works again.</exception>
    public ValueTask WriteAsync(in CacheKeyParts key, T value, Func<Task> persist, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(persist);
        return WriteKeyAsync(KeyOf(key), value, NewEntry(value, ttl: null), (_, _) => persist(), cancellationToken);
    }

    /// <summary>Writes a value: to the database, then into the cache; the database write is given the value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="persist">Writes it to the database; is given the value and the caller's token.</param>
    /// <param name="ttl">Time to live of the entry, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops the wait for the turn, and <paramref name="persist"/> if it obeys.</param>
    /// <inheritdoc cref="WriteAsync(in CacheKeyParts, T, Func{Task}, CancellationToken)" path="/exception"/>
    public ValueTask WriteAsync(
        in CacheKeyParts key, T value, Func<T, CancellationToken, Task> persist, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(persist);
        return WriteKeyAsync(KeyOf(key), value, NewEntry(value, ttl), persist, cancellationToken);
    }

    /// <summary>Changes a value: reads it, or loads it if it is missing, and writes what becomes of it to the database, then into the
    /// cache. Atomic among the writers of this node; no two changes build on the same value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="change">Makes the new value of the current one. It must give a new value or change its own copy; it is called
    /// once.</param>
    /// <param name="persist">Writes the change to the database.</param>
    /// <param name="cancellationToken">Stops the wait for the turn and the load.</param>
    /// <exception cref="CacheLoadTimeoutException">The value had to be loaded and that took too long; nothing was written.</exception>
    /// <inheritdoc cref="WriteAsync(in CacheKeyParts, T, Func{Task}, CancellationToken)" path="/exception"/>
    public ValueTask UpdateAsync(
        in CacheKeyParts key, Func<T, T> change, Func<Task> persist, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(persist);
        return UpdateKeyAsync(key, change, (_, _) => persist(), cancellationToken);
    }

    /// <summary>Changes a value as the other overload does; the database write is given the new value.</summary>
    /// <inheritdoc cref="UpdateAsync(in CacheKeyParts, Func{T, T}, Func{Task}, CancellationToken)"/>
    public ValueTask UpdateAsync(
        in CacheKeyParts key, Func<T, T> change, Func<T, CancellationToken, Task> persist,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(persist);
        return UpdateKeyAsync(key, change, persist, cancellationToken);
    }

    private async ValueTask WriteKeyAsync(
        string key, T value, CacheEntry entry, Func<T, CancellationToken, Task> persist, CancellationToken cancellationToken)
    {
        using var turn = await Context.Writes.TakeAsync(key, cancellationToken).ConfigureAwait(false);
        turn.Enter();
        var everywhere = await _turns.TakeAsync(key, Policy, cancellationToken).ConfigureAwait(false);
        await using var held = everywhere.ConfigureAwait(false);
        await PersistAndStoreAsync(key, value, entry, persist, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask UpdateKeyAsync(
        CacheKeyParts key, Func<T, T> change, Func<T, CancellationToken, Task> persist, CancellationToken cancellationToken)
    {
        var text = KeyOf(key);
        using var turn = await Context.Writes.TakeAsync(text, cancellationToken).ConfigureAwait(false);
        turn.Enter();
        var everywhere = await _turns.TakeAsync(text, Policy, cancellationToken).ConfigureAwait(false);
        await using var held = everywhere.ConfigureAwait(false);
        var value = change(await CurrentAsync(text, key, cancellationToken).ConfigureAwait(false));
        await PersistAndStoreAsync(text, value, NewEntry(value, ttl: null), persist, cancellationToken).ConfigureAwait(false);
    }

    // A stale value is for readers; a change that builds on one would write it back as new.
    private async ValueTask<T> CurrentAsync(string text, CacheKeyParts key, CancellationToken cancellationToken)
    {
        if (_writes.IsDoubtful(text)) await _writes.RemoveAsync(text, Policy).ConfigureAwait(false);
        if (!_writes.IsDoubtful(text))
        {
            return await Loader.GetOrLoadAsync(
                text, (Cache: this, Key: key), static (request, load, token) => request.Cache.LoadAsync(request.Key, load, token), _current,
                cancellationToken).ConfigureAwait(false);
        }

        var load = new CacheLoad(Context.Scopes, _current, stale: null);
        try
        {
            return await LoadAsync(key, load, cancellationToken)
                .WaitAsync(Policy.HardTimeout ?? Timeout.InfiniteTimeSpan, Context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (Policy.HardTimeout is { } timeout)
        {
            throw new CacheLoadTimeoutException(
                $"A load of cache {Namespace} for an update did not end within {timeout}, its " +
                $"{nameof(CacheEntryPolicy.HardTimeout)}.", timeout);
        }
        finally
        {
            await load.EndAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask PersistAndStoreAsync(
        string key, T value, CacheEntry entry, Func<T, CancellationToken, Task> persist, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await persist(value, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Its reply may be what was lost. One load more is cheaper than a value that is wrong until its time ends.
            await _writes.RemoveAsync(key, Policy).ConfigureAwait(false);
            throw;
        }

        var failure = await _writes.SetAsync(key, entry, Policy).ConfigureAwait(false);
        if (failure is null || !Policy.Strict) return;
        throw new CacheStoreException(
            $"The write to cache {Namespace} stands in the database, but its entry could not be stored; it is removed instead.", failure);
    }
}
