using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Layering;

/// <summary>Entries of a shared store with memory in front. What happens on a read and a write, and how old a value may be:
/// <c>Layering/README.md</c>.</summary>
/// <remarks>
/// <para>Entries with a sliding life are not kept: a read here would not renew it there. How long an entry still lives is asked for
/// together with the entry, as only the shared store's clock knows.</para>
/// <para>The shared store is the caller's, who disposes of it after this.</para>
/// </remarks>
internal sealed partial class LayeredCacheStore
    : ICacheStore, IInstantEntries, ICacheLocks, IStoreLayer, IEntryChangeListener, IAsyncDisposable, IDisposable
{
    private readonly ICacheStore _shared;
    private readonly ITimedReads _reads;
    private readonly LayerOptions _options;
    private readonly StoreClock _clock;
    private readonly ReadTickets _tickets = new();
    private readonly Listening<IEntryChangeListener> _listening;
    private readonly LayerCounters _counters;
    private LocalEntries _local;

    /// <param name="shared">The store of all nodes.</param>
    /// <param name="feed">Tells of its changes.</param>
    /// <param name="options">Limits; <see langword="null"/>: the defaults.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <param name="logger">Default: none.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal LayeredCacheStore(
        ICacheStore shared, IChangeFeed<IEntryChangeListener> feed, LayerOptions? options = null, TimeProvider? time = null,
        ILogger? logger = null)
    {
        _shared = shared;
        _counters = LayerMeter.Watch(shared.Backend, CachingMeter.Entries);
        _reads = shared as ITimedReads ?? new SeparateReads(shared);
        _options = options ?? new LayerOptions();
        _options.ThrowIfInvalid();
        time ??= TimeProvider.System;
        _clock = new StoreClock(time);
        _local = new LocalEntries(_options, _clock);
        _listening = new Listening<IEntryChangeListener>(feed, this, time, logger ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    public string Backend => _shared.Backend;

    /// <inheritdoc/>
    public ICacheStore Inner => _shared;

    /// <summary>How many entries are kept.</summary>
    internal int Count => Local.Count;

    /// <summary>What they take in memory, roughly.</summary>
    internal long Bytes => Local.Bytes;

    bool IInstantEntries.NeverWaits => false;

    private LocalEntries Local => Volatile.Read(ref _local);

    /// <summary>Waits until changes are told, or until it is known that they are not.</summary>
    internal Task StartAsync() => _listening.StartAsync();

    /// <inheritdoc/>
    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<CacheEntry?>(cancellationToken);
        if (Local.Find(key) is not { } entry) return ReadAsync(key, cancellationToken);
        _counters.Hits.Add();
        return new(entry);
    }

    bool IInstantEntries.TryRead(ReadOnlySpan<char> key, out CacheEntry? entry)
    {
        entry = Local.Find(key);
        if (entry is not null) _counters.Hits.Add();
        return entry is not null; // that it is missing, only the shared store knows
    }

    ValueTask<ILoadLock?> ICacheLocks.TakeAsync(string name, TimeSpan lease, TimeSpan patience, CancellationToken cancellationToken) =>
        _shared.Find<ICacheLocks>() is { } locks ? locks.TakeAsync(name, lease, patience, cancellationToken) : new((ILoadLock?)null);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys) ArgumentException.ThrowIfNullOrEmpty(key, nameof(keys));
        cancellationToken.ThrowIfCancellationRequested();
        var local = Local;
        var found = new CacheEntry?[keys.Count];
        List<(int Place, string Key)>? missing = null;
        for (var i = 0; i < found.Length; i++)
        {
            if ((found[i] = local.Find(keys[i])) is null) (missing ??= []).Add((i, keys[i]));
            else _counters.Hits.Add();
        }

        if (missing is null) return found;
        var read = await ReadManyAsync([.. missing.Select(one => one.Key)], cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < read.Count; i++) found[missing[i].Place] = read[i];
        return found;
    }

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        _shared.GetTtlAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        _shared.BeginLoadAsync(key, cancellationToken);

    /// <summary>The same, for containers that are disposed of synchronously. Waits.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Ends listening and empties the memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listening.DisposeAsync().ConfigureAwait(false);
        lock (_tickets.Gate)
        {
            _tickets.Close();
            _local.Dispose();
            _local = new LocalEntries(_options, _clock);
            _local.Dispose(); // it stays empty, so it needs no timers
        }
    }

    private async ValueTask<CacheEntry?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        _listening.Ensure();
        _counters.Misses.Add();
        var (ticket, began) = (_tickets.Take(), _clock.Now); // both before L2 is asked
        if (ticket == ReadTickets.None) return await _shared.GetAsync(key, cancellationToken).ConfigureAwait(false);

        var read = await _reads.GetTimedAsync(key, cancellationToken).ConfigureAwait(false);
        Keep(key, read, ticket, began);
        return read.Entry;
    }

    private async ValueTask<IReadOnlyList<CacheEntry?>> ReadManyAsync(string[] keys, CancellationToken cancellationToken)
    {
        _listening.Ensure();
        for (var i = 0; i < keys.Length; i++) _counters.Misses.Add();
        var (ticket, began) = (_tickets.Take(), _clock.Now);
        if (ticket == ReadTickets.None) return await _shared.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        var read = await _reads.GetManyTimedAsync(keys, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < keys.Length; i++) Keep(keys[i], read[i], ticket, began);
        return [.. read.Select(one => one.Entry)];
    }

    private void Keep(string key, TimedEntry read, long ticket, long began)
    {
        if (read.Entry is not { SlidingTtl: null } entry || !read.Ttl.Exists) return;
        var until = began + Math.Min(_options.MaxAge.Ticks, read.Ttl.Remaining?.Ticks ?? long.MaxValue);
        if (_clock.HasPassed(until)) return;
        lock (_tickets.Gate)
        {
            if (!_tickets.Allows(ticket, HashOf(key))) return;
            foreach (var tag in entry.Tags)
            {
                if (!_tickets.AllowsGroup(ticket, HashOf(tag))) return;
            }

            _local.Put(key, entry, until);
        }
    }
}
