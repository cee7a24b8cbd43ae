using System.Security.Cryptography;
using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>Looking after the app's store of entries: whether it works, what it does, and clearing parts of it. Registered by
/// <c>AddWappaCaching</c>.</summary>
public sealed class CacheManager
{
    private const int ProbeBytes = 16;

    private static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeTtl = TimeSpan.FromMinutes(1); // for one that could not be removed

    private readonly ICacheStore _store;
    private readonly CountingCacheStore? _counting;
    private readonly FlightRegistry _flights;
    private readonly TimeProvider _time;

    internal CacheManager(ICacheStore store, FlightRegistry flights, TimeProvider time)
    {
        _store = store;
        _counting = store.Find<CountingCacheStore>();
        _flights = flights;
        _time = time;
    }

    /// <summary>Whether entries can be written, read and removed: it does so with one of its own. Not counted in the statistics.</summary>
    /// <param name="timeLimit">How long it may take, above zero. Default: 2 seconds.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>False: the store failed, took longer, or did not give back what was written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above zero.</exception>
    public async Task<bool> HealthCheckAsync(TimeSpan? timeLimit = null, CancellationToken cancellationToken = default)
    {
        var limit = timeLimit ?? DefaultTimeLimit;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeLimit));
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // The store may ignore its token, so the wait is bounded as well.
            return await ProbeAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a store throws, also one that is not ours: it does not work, and that is the answer.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>What was asked of the store by this process since it was opened or <see cref="ResetStats"/>, and what it holds
    /// now.</summary>
    /// <exception cref="InvalidOperationException">The app registered an <see cref="ICacheStore"/> of its own past
    /// <c>UseStores</c>.</exception>
    public ValueTask<CacheStoreStatistics> GetStatsAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<CacheStoreStatistics>(cancellationToken)
            : new(Counting.Statistics());

    /// <summary>Begins to count anew for <see cref="GetStatsAsync"/>. Metrics go on: a counter of a meter never falls.</summary>
    /// <exception cref="InvalidOperationException">As above.</exception>
    public void ResetStats() => Counting.Reset();

    /// <summary>Removes every entry of a namespace, in all its versions, and beats loads of them.</summary>
    /// <param name="ns">The namespace as <see cref="CacheKeyBuilder"/> and the strategies are given it, 1 to 256 characters. No
    /// character in it is special, and no other namespace is touched: not one that begins with it, either.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="ArgumentException">It is not a valid name.</exception>
    /// <exception cref="CacheStoreException">The store failed; some may be removed.</exception>
    public async ValueTask<long> ClearNamespaceAsync(string ns, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _store.RemoveByPrefixAsync(PrefixOf(ns), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _flights.DetachAll(); // who asks from now on joins no load that began before
        }
    }

    /// <summary>Removes every entry that carries a tag, in every namespace, and beats loads whose results would.</summary>
    /// <param name="tag">The tag; not empty.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public async ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        try
        {
            await _store.RemoveByTagAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _flights.DetachAll();
        }
    }

    private CountingCacheStore Counting => _counting ?? throw new InvalidOperationException(
        $"The app's {nameof(ICacheStore)} was registered past AddWappaCaching, so nothing counts what is asked of it. Register it with " +
        "UseStores.");

    // Up to the first ':' a key is its escaped namespace, in which there is none.
    private static string PrefixOf(string ns)
    {
        var key = CacheKeyBuilder.Build(ns, 0);
        return key[..(key.IndexOf(':', StringComparison.Ordinal) + 1)];
    }

    private async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        var store = _counting?.Inner ?? _store;
        var value = RandomNumberGenerator.GetBytes(ProbeBytes);
        var key = CacheKeyBuilder.Build("wappa-health", Guid.NewGuid()); // its own: several nodes may ask at once
        await store.SetAsync(key, new CacheEntry(value) { Ttl = ProbeTtl }, cancellationToken).ConfigureAwait(false);
        var read = await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        await store.RemoveAsync(key, cancellationToken).ConfigureAwait(false);

        // A store that is full may evict a newcomer at once, and works.
        return read?.Value.Span.SequenceEqual(value) ?? store.Find<IEntryUsage>() is not null;
    }
}
