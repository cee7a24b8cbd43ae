using System.Diagnostics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Statistics;

/// <summary>Counts what is asked of a store of entries: the one place where that is counted, over the app's whole pipeline, so that
/// a value that could not be read is a miss here too.</summary>
/// <remarks>
/// <para>A read is a hit or a miss for each key; a write is a set for each entry that was stored; a removal by key is a delete if
/// there was an entry, one by prefix as many as there were; one by tag is not counted, as stores do not say how many it removed.
/// Cancelled calls and wrong ones count as nothing.</para>
/// <para>Durations are taken only while somebody listens to the histogram: two readings of the clock cost more than a hit in
/// memory.</para>
/// </remarks>
internal sealed class CountingCacheStore : ICacheStore, IInstantEntries, IStoreLayer, IDisposable
{
    private readonly StoreCounters _counters = new();
    private readonly IEntryUsage? _usage;
    private readonly IInstantEntries? _instant;
    private readonly Action<CacheEntry?> _countRead; // made once: each would be an object per call
    private readonly Action<IReadOnlyList<CacheEntry?>> _countReads;
    private readonly Action<bool> _countSet;
    private readonly Action<bool> _countDelete;
    private readonly Action<long> _countDeletes;
    private Baseline _baseline = new(new long[StoreCounters.Kinds], 0, 0);

    internal CountingCacheStore(ICacheStore inner)
    {
        Inner = inner;
        _usage = inner.Find<IEntryUsage>();
        _instant = inner as IInstantEntries;
        (_countRead, _countReads, _countSet) = (CountRead, CountReads, CountSet);
        (_countDelete, _countDeletes) = (CountDelete, removed => _counters.Add(StoreCount.Deletes, removed));
        StoreMeter.Add(this);
    }

    public string Backend => Inner.Backend;

    public ICacheStore Inner { get; }

    internal StoreCounters Counters => _counters;

    /// <summary>What the store holds; null if it cannot say at once.</summary>
    internal EntryUsage? Usage => _usage?.Usage;

    /// <summary>The counts since the last <see cref="Reset"/>.</summary>
    internal CacheStoreStatistics Statistics()
    {
        var baseline = Volatile.Read(ref _baseline);
        var totals = _counters.Totals();
        var usage = Usage;
        return new CacheStoreStatistics
        {
            Backend = Backend,
            Hits = Since(StoreCount.Hits),
            Misses = Since(StoreCount.Misses),
            Sets = Since(StoreCount.Sets),
            Deletes = Since(StoreCount.Deletes),
            Errors = Since(StoreCount.Unavailable) + Since(StoreCount.Timeouts) + Since(StoreCount.Corrupt) + Since(StoreCount.OtherErrors),
            Evictions = usage?.Evictions - baseline.Evictions,
            Expirations = usage?.Expirations - baseline.Expirations,
            Entries = usage?.Entries,
            Bytes = usage?.Bytes,
        };

        // Another thread may have reset in between: a count is never below zero.
        long Since(StoreCount what) => Math.Max(0, totals[(int)what] - baseline.Totals[(int)what]);
    }

    /// <summary>Begins to count anew for <see cref="Statistics"/>; the meter's counters go on, as they must never fall.</summary>
    internal void Reset()
    {
        var usage = Usage;
        Volatile.Write(ref _baseline, new Baseline(_counters.Totals(), usage?.Evictions ?? 0, usage?.Expirations ?? 0));
    }

    /// <summary>Takes the store out of the meter; the one below belongs to whoever made it.</summary>
    public void Dispose() => StoreMeter.Remove(this);

    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        var start = Start();
        var read = Inner.GetAsync(key, cancellationToken);
        if (!read.IsCompletedSuccessfully || start != 0) return AwaitAsync("get", start, read, _countRead);
        var entry = read.Result;
        CountRead(entry);
        return new(entry);
    }

    bool IInstantEntries.NeverWaits => _instant is { NeverWaits: true };

    /// <remarks>Not counted: see <see cref="CountRead(bool)"/>.</remarks>
    bool IInstantEntries.TryRead(ReadOnlySpan<char> key, out CacheEntry? entry)
    {
        entry = null;
        return _instant is not null && _instant.TryRead(key, out entry);
    }

    /// <summary>Counts a read that was answered below this store.</summary>
    internal void CountRead(bool isHit) => _counters.Add(isHit ? StoreCount.Hits : StoreCount.Misses);

    public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        WatchAsync("get_many", Start(), Inner.GetManyAsync(keys, cancellationToken), _countReads);

    public ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        WatchAsync("set", Start(), Inner.SetAsync(key, entry, cancellationToken), sets: 1);

    public ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default) =>
        WatchAsync("set_many", Start(), Inner.SetManyAsync(entries, cancellationToken), entries?.Count ?? 0);

    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        WatchAsync("add", Start(), Inner.AddAsync(key, entry, cancellationToken), _countSet);

    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        WatchAsync("begin_load", Start(), Inner.BeginLoadAsync(key, cancellationToken), static _ => { });

    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) =>
        WatchAsync("complete_load", Start(), Inner.CompleteLoadAsync(key, entry, fence, cancellationToken), _countSet);

    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        WatchAsync("remove", Start(), Inner.RemoveAsync(key, cancellationToken), _countDelete);

    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        WatchAsync("remove_by_tag", Start(), Inner.RemoveByTagAsync(tag, cancellationToken), sets: 0);

    public ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default) =>
        WatchAsync("remove_by_prefix", Start(), Inner.RemoveByPrefixAsync(prefix, cancellationToken), _countDeletes);

    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        WatchAsync("get_ttl", Start(), Inner.GetTtlAsync(key, cancellationToken), static _ => { });

    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        WatchAsync("renew", Start(), Inner.RenewAsync(key, ttl, cancellationToken), static _ => { });

    private static long Start() => StoreMeter.IsTimed ? Stopwatch.GetTimestamp() : 0;

    private void CountRead(CacheEntry? entry) => CountRead(isHit: entry is not null);

    private void CountReads(IReadOnlyList<CacheEntry?> found)
    {
        var hits = found.Count(static entry => entry is not null);
        _counters.Add(StoreCount.Hits, hits);
        _counters.Add(StoreCount.Misses, found.Count - hits);
    }

    private void CountSet(bool stored)
    {
        if (stored) _counters.Add(StoreCount.Sets);
    }

    private void CountDelete(bool wasThere)
    {
        if (wasThere) _counters.Add(StoreCount.Deletes);
    }

    private ValueTask WatchAsync(string operation, long start, ValueTask call, int sets)
    {
        if (!call.IsCompletedSuccessfully || start != 0) return AwaitAsync(operation, start, call, sets);
        _counters.Add(StoreCount.Sets, sets);
        return call;
    }

    private ValueTask<T> WatchAsync<T>(string operation, long start, ValueTask<T> call, Action<T> count)
    {
        if (!call.IsCompletedSuccessfully || start != 0) return AwaitAsync(operation, start, call, count);
        var result = call.Result;
        count(result);
        return new(result);
    }

    private async ValueTask AwaitAsync(string operation, long start, ValueTask call, int sets)
    {
        string? error = null;
        try
        {
            await call.ConfigureAwait(false);
            _counters.Add(StoreCount.Sets, sets);
        }
        catch (CacheStoreException failure)
        {
            error = Count(failure);
            throw;
        }
        finally
        {
            StoreMeter.Record(Backend, operation, start, error);
        }
    }

    private async ValueTask<T> AwaitAsync<T>(string operation, long start, ValueTask<T> call, Action<T> count)
    {
        string? error = null;
        try
        {
            var result = await call.ConfigureAwait(false);
            count(result);
            return result;
        }
        catch (CacheStoreException failure)
        {
            error = Count(failure);
            throw;
        }
        finally
        {
            StoreMeter.Record(Backend, operation, start, error);
        }
    }

    private string Count(CacheStoreException failure)
    {
        _counters.Add(failure switch
        {
            CacheStoreUnavailableException => StoreCount.Unavailable,
            CacheStoreTimeoutException => StoreCount.Timeouts,
            CacheStoreCorruptException => StoreCount.Corrupt,
            _ => StoreCount.OtherErrors,
        });
        return CachingMeter.KindOf(failure);
    }

    private sealed record Baseline(long[] Totals, long Evictions, long Expirations);
}
