using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Json;
using Wappa.Caching.Json.Entries;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>Entries in this process's memory that survive a restart, a crash and the loss of power: the memory store with a
/// journal of readable JSON lines in the folder <c>entries</c>.</summary>
/// <remarks>
/// <para>It behaves as <see cref="MemoryCacheStore"/> does, bounded by <see cref="JsonStoreOptions.MaxEntryBytes"/>; reads do no
/// I/O. A write completes when it is as durable as <see cref="JsonStoreOptions.Durability"/> asks. Readers may see it a moment
/// before that: after a crash in this moment it is gone. Records (<see cref="JsonDocumentStore"/>) never show such a thing; an
/// entry is a copy of something.</para>
/// <para>After a restart an entry has what was left of its life, by the wall clock. What was replaced, removed or has expired does
/// not come back; what was evicted may. A sliding life counts from the last write or renewal, or from the last time the journal
/// was compacted; a clean end keeps what reads have added to it.</para>
/// <para>If the disk fails, a change that was under way throws with
/// <see cref="CacheStoreException.OutcomeUnknown"/> and stays in memory; further ones are refused, and reads go on, until the
/// disk works again, which is tried every second.</para>
/// <para>One process owns a folder; another one may look at it with <see cref="JsonStoreOptions.ReadOnly"/> and sees what there
/// was when it opened it.</para>
/// </remarks>
public sealed class JsonCacheStore : ICacheStore, IInstantEntries, IEntryUsage, IDisposable, IAsyncDisposable
{
    private const int WrittenTogether = 4096;

    private readonly EntryEngine _engine;
    private readonly MemoryCacheStore _memory;
    private JsonStoreMeter? _meter; // null: opened by a test

    private JsonCacheStore(EntryEngine engine)
    {
        _engine = engine;
        _memory = engine.Memory;
    }

    /// <inheritdoc/>
    public string Backend => JsonDocumentStore.BackendName;

    /// <summary>How the store is, for health checks and dashboards.</summary>
    public JsonStoreStatus Status => _engine.Status;

    EntryUsage IEntryUsage.Usage => ((IEntryUsage)_memory).Usage;

    bool IInstantEntries.NeverWaits => false; // changes wait for the disk

    internal EntryEngine Engine => _engine;

    /// <summary>Opens the folder <c>entries</c> in the cache's folder, which is made if it is missing, and reads all entries, at
    /// some hundred thousand a second.</summary>
    /// <param name="options">Where and how. Default: <c>cache</c> in the working directory.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <param name="logger">Where damage and failures are reported. Default: nowhere.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="CacheStoreUnavailableException">Another process owns the folder (the text says which), or the disk does
    /// not let it be opened.</exception>
    public static JsonCacheStore Open(JsonStoreOptions? options = null, TimeProvider? time = null, ILogger? logger = null)
    {
        var store = Open(options ?? new JsonStoreOptions(), new JsonStoreSeams { Time = time }, logger);
        store._meter = JsonStoreMeter.Shared;
        store._meter.Add(store, () => store.Status);
        return store;
    }

    /// <inheritdoc/>
    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _memory.GetAsync(key, cancellationToken);

    bool IInstantEntries.TryRead(ReadOnlySpan<char> key, out CacheEntry? entry) => ((IInstantEntries)_memory).TryRead(key, out entry);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default) => _memory.GetManyAsync(keys, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
        await _memory.SetAsync(key, entry, cancellationToken).ConfigureAwait(false);
        await _engine.DurableAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var (key, entry) in entries) MemoryCacheStore.ThrowIfInvalid(key, entry);
        for (var from = 0; from < entries.Count || from == 0; from += WrittenTogether)
        {
            await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
            var some = entries.Count <= WrittenTogether ? entries : [.. entries.Skip(from).Take(WrittenTogether)];
            await _memory.SetManyAsync(some, cancellationToken).ConfigureAwait(false);
            await _engine.DurableAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        ChangeAsync(static (memory, call, token) => memory.AddAsync(call.key, call.entry, token), (key, entry), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        _memory.BeginLoadAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) => ChangeAsync(
        static (memory, call, token) => memory.CompleteLoadAsync(call.key, call.entry, call.fence, token), (key, entry, fence),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        ChangeAsync(static (memory, key, token) => memory.RemoveAsync(key, token), key, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
        await _memory.RemoveByTagAsync(tag, cancellationToken).ConfigureAwait(false);
        await _engine.DurableAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Looks at every key once, without holding up readers or writers; so does the next opening, unless the journal is
    /// compacted before.</remarks>
    public ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default) =>
        ChangeAsync(static (memory, prefix, token) => memory.RemoveByPrefixAsync(prefix, token), prefix, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        _memory.GetTtlAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) => ChangeAsync(
        static (memory, call, token) => memory.RenewAsync(call.key, call.ttl, token), (key, ttl), cancellationToken);

    /// <summary>Waits until every write acknowledged so far is synced. With <see cref="Durability.Always"/> it is
    /// already.</summary>
    /// <exception cref="CacheStoreException">It could not be made so.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _engine.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes all entries into one file and leaves the folder. Without it nothing acknowledged is lost either, but the
    /// next opening has the journal to read.</summary>
    public void Dispose()
    {
        _meter?.Remove(this);
        _engine.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal static JsonCacheStore Open(JsonStoreOptions options, JsonStoreSeams seams, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        var engine = new EntryEngine(options, seams, logger ?? NullLogger.Instance);
        try
        {
            engine.Start();
            return new JsonCacheStore(engine);
        }
        catch (Exception error)
        {
            engine.Abandon();
            if (error is FileSystemException) throw Failures.NotOpened(error);
            throw;
        }
    }

    /// <summary>Writes all entries into one file and deletes the journal before it.</summary>
    internal void Compact() => _engine.Compact();

    /// <summary>Tries to take changes again after the disk has failed.</summary>
    internal void Repair() => _engine.Repair();

    /// <summary>Ends without touching the disk, as <c>kill -9</c> would.</summary>
    internal void Abandon()
    {
        _meter?.Remove(this);
        _engine.Abandon();
    }

    // Also what changed nothing waits: its answer may rest on a change that is not durable yet.
    private async ValueTask<TResult> ChangeAsync<TCall, TResult>(
        Func<MemoryCacheStore, TCall, CancellationToken, ValueTask<TResult>> change, TCall call, CancellationToken cancellationToken)
    {
        await _engine.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var result = await change(_memory, call, cancellationToken).ConfigureAwait(false);
        await _engine.DurableAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }
}
