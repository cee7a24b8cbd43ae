using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Entries in Redis: a string each, tags by versions, loads fenced across processes. What stands where, what is atomic and what
/// each operation costs: the README of the package.</summary>
/// <remarks>Connects with the first call. The client is the caller's, who disposes of it.</remarks>
internal sealed class RedisCacheStore : ICacheStore, ITimedReads, ICacheLocks
{
    private readonly EntryReader _reader;
    private readonly TimedEntryReader _timed;
    private readonly EntryWriter _writer;
    private readonly EntryRemover _remover;
    private readonly LoadFences _fences;
    private readonly EntryLocks _locks;

    /// <param name="client">How the server is reached.</param>
    /// <param name="options">Where entries stand.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal RedisCacheStore(IRedisClient client, EntryStoreOptions options)
    {
        options.ThrowIfInvalid();
        var server = new EntryServer(client, options);
        var versions = new TagVersions(server);
        _reader = new EntryReader(server, versions);
        _timed = new TimedEntryReader(server, _reader);
        _writer = new EntryWriter(server, _reader, versions);
        _remover = new EntryRemover(server, versions);
        _fences = new LoadFences(server);
        _locks = new EntryLocks(client, options, TimeProvider.System); // leases are the server's, in real time
    }

    /// <inheritdoc/>
    public string Backend => "redis";

    /// <inheritdoc/>
    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _reader.GetAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys) ArgumentException.ThrowIfNullOrEmpty(key, nameof(keys));
        return _reader.GetManyAsync(keys, cancellationToken);
    }

    ValueTask<TimedEntry> ITimedReads.GetTimedAsync(string key, CancellationToken cancellationToken) =>
        _timed.GetAsync(key, cancellationToken);

    ValueTask<IReadOnlyList<TimedEntry>> ITimedReads.GetManyTimedAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken) => _timed.GetManyAsync(keys, cancellationToken);

    async ValueTask<ILoadLock?> ICacheLocks.TakeAsync(
        string name, TimeSpan lease, TimeSpan patience, CancellationToken cancellationToken) =>
        await _locks.TakeAsync(name, lease, patience, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        MemoryCacheStore.ThrowIfInvalid(key, entry);
        return _writer.SetAsync(key, entry, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var (key, entry) in entries) MemoryCacheStore.ThrowIfInvalid(key, entry);
        return _writer.SetManyAsync(entries, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        MemoryCacheStore.ThrowIfInvalid(key, entry);
        return _writer.AddAsync(key, entry, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _fences.BeginAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default)
    {
        MemoryCacheStore.ThrowIfInvalid(key, entry);
        return _writer.CompleteLoadAsync(key, entry, fence, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>It is repeated if the connection is lost meanwhile; the answer then may be false although it was there.</remarks>
    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _remover.RemoveAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Costs the same however many entries carry the tag.</remarks>
    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return _remover.RemoveByTagAsync(tag, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Looks at every key of the database twice, some at a time; what is written meanwhile may be removed too. What is removed
    /// often should have a tag.</remarks>
    public ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (prefix[^1] != ':')
        {
            throw new ArgumentException(
                "The prefix does not end with ':'; it could cut a part of a key in two and remove entries of another " +
                "namespace. End it after a whole part.", nameof(prefix));
        }

        return _remover.RemoveByPrefixAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _reader.GetTtlAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        return _writer.RenewAsync(key, ttl, cancellationToken);
    }
}
