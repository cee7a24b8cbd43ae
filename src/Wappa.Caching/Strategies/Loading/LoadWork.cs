using System.Diagnostics;
using Wappa.Caching.Documents;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>What one flight does: lock, fence, load, store. It does not know who waits.</summary>
internal sealed class LoadWork<T>(CacheStrategyContext context, EntryCodec<T> codec, StoreReads store, CacheCounters counters)
{
    private readonly LoadLocks? _locks = context.Store.Find<ICacheLocks>() is { } locks ? new LoadLocks(locks, store, context.Time) : null;

    /// <summary>Loads the flight's value and offers it to the store.</summary>
    /// <param name="flight">The flight.</param>
    /// <param name="isUnseen">Whether the store may hold by now what the flight's starter missed.</param>
    internal async ValueTask<Loaded<T>> DoAsync(LoadFlight<T> flight, bool isUnseen)
    {
        if (isUnseen && await FindFreshAsync(flight).ConfigureAwait(false) is { Entry: { } stored } found)
            return new(found.Value!, stored.Value, IsFromSource: false);
        if (_locks is null || !flight.Policy.ClusterLock) return await LoadAsync(flight).ConfigureAwait(false);

        var held = await _locks.TakeAsync(flight).ConfigureAwait(false);
        try
        {
            // Whoever had the lock before has most likely stored what this node wants.
            return await FindFreshAsync(flight).ConfigureAwait(false) is { Entry: { } theirs } other
                ? new(other.Value!, theirs.Value, IsFromSource: false)
                : await LoadAsync(flight).ConfigureAwait(false);
        }
        finally
        {
            if (held is not null) await held.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal Found<T> Read(CacheEntry? entry, CacheEntryPolicy policy)
    {
        try
        {
            return codec.Read(entry, policy);
        }
        catch (CacheSerializationException error)
        {
            var corrupt = new CacheStoreCorruptException($"An entry of cache {counters.Cache} does not hold a {typeof(T).Name}.", error);
            store.Fail(corrupt, "read", policy);
            return Found<T>.Missing;
        }
    }

    /// <summary>What the store has by now, if it is fresh.</summary>
    internal async ValueTask<Found<T>> FindFreshAsync(LoadFlight<T> flight)
    {
        var entry = await store.GetAsync(flight.Key, flight.Policy, CancellationToken.None).ConfigureAwait(false);
        var found = Read(entry.Value, flight.Policy);
        return found.Freshness == Freshness.Fresh ? found : Found<T>.Missing;
    }

    private async ValueTask<Loaded<T>> LoadAsync(LoadFlight<T> flight)
    {
        var fence = await store.BeginLoadAsync(flight.Key, flight.Policy).ConfigureAwait(false);
        var load = new CacheLoad(context.Scopes, flight.Policy, flight.Stale is { } stale ? new StaleValue(codec, stale) : null);
        var value = await CallAsync(flight, load).ConfigureAwait(false);
        var json = load.IsNotCached && ImmutableTypes<T>.IsShareable ? [] : codec.Encode(value); // else each waiter reads its own copy
        var entry = EntryLives.OfLoad(json, value is null, load, flight.Policy);
        if (fence.IsThere && entry is not null) await StoreAsync(flight, load, entry, fence.Value).ConfigureAwait(false);
        return new(value, json, IsFromSource: true, IsWanted: entry is not null);
    }

    // A companion's key was not known when the load began, so its fence is taken before the first result is offered: what was removed
    // before that beats the first, which carries the same tags, and then neither is stored; what is removed after it beats the companion.
    private async ValueTask StoreAsync(LoadFlight<T> flight, CacheLoad load, CacheEntry entry, LoadFence fence)
    {
        var policy = flight.Policy;
        var companion = load.Companion;
        Answer<LoadFence> second = default;
        if (companion is not null) second = await store.BeginLoadAsync(companion.Key, policy).ConfigureAwait(false);
        var stored = await store.CompleteLoadAsync(flight.Key, entry, fence, policy).ConfigureAwait(false);
        if (stored is { IsThere: true, Value: true } && companion is not null && second.IsThere)
        {
            var other = EntryLives.OfCompanion(companion, load, policy);
            stored = await store.CompleteLoadAsync(companion.Key, other, second.Value, policy).ConfigureAwait(false);
        }

        if (stored is { IsThere: true, Value: false }) StrategyLog.LoadBeaten(context.Logger, counters.Cache);
    }

    private async ValueTask<T> CallAsync(LoadFlight<T> flight, CacheLoad load)
    {
        using var activity = CacheMeter.StartLoad(counters);
        try
        {
            return await flight.InvokeAsync(load).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
            throw;
        }
        finally
        {
            await load.EndAsync().ConfigureAwait(false);
        }
    }

    private sealed class StaleValue(EntryCodec<T> codec, CacheEntry entry) : IStaleValue<T>
    {
        public bool TryGet(out T value)
        {
            value = codec.Decode(entry.Value)!;
            return true;
        }
    }
}

/// <summary>What a flight brought.</summary>
/// <param name="Value">The value.</param>
/// <param name="Json">Its bytes.</param>
/// <param name="IsFromSource">False: somebody else had stored it meanwhile.</param>
/// <param name="IsWanted">False: it was not to be stored.</param>
internal readonly record struct Loaded<T>(T Value, ReadOnlyMemory<byte> Json, bool IsFromSource, bool IsWanted = true);
