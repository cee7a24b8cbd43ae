using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>Entries in this process's memory, bounded by count and by bytes.</summary>
/// <remarks>
/// <para>Never does I/O, so every call completes at once; a token that was cancelled before the call is the only one
/// that matters. Reads take no lock and allocate nothing: readers share one immutable <see cref="CacheEntry"/>.</para>
/// <para>An entry counts its value, 2 bytes for each character of its key, and 180 bytes of overhead against
/// <see cref="MemoryStoreOptions.MaxEntryBytes"/>; one that has tags, a sliding life or a stale window 96 more, and each tag
/// 144 and 2 for each character. Beyond a limit a newcomer takes the place of others only if it is asked for more often than
/// they are (W-TinyLFU). An entry larger than a hundredth of the limit must show that at once, so a full store may decline it,
/// as it declines what alone exceeds the limit; the older one under its key is gone all the same.</para>
/// <para>What a strategy remembers of an entry, its deserialized value, is not counted: the store does not know its size.</para>
/// <para>Times to live are rounded up to a millisecond. An expired entry is a miss at the very instant; its space comes
/// back within about a second, without a read. A renewal shows in <see cref="CacheEntry.Ttl"/> and leaves
/// <see cref="CacheEntry.StoredAt"/> as it was.</para>
/// <para>What beats a load besides the contract: a successful add, and the result of a load of the same key that began
/// later.</para>
/// </remarks>
public sealed class MemoryCacheStore : ICacheStore, IInstantEntries, IEntryUsage, IDisposable
{
    private const int RemovedPerHold = 256;

    private readonly StoreClock _clock;
    private readonly IEntryLog? _log;
    private readonly LoadFences _fences = new();

    /// <summary>An empty store.</summary>
    /// <param name="options">Limits, read once. Default: 268,435,456 bytes, no limit on the count.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public MemoryCacheStore(MemoryStoreOptions? options = null, TimeProvider? time = null)
        : this(options ?? new MemoryStoreOptions(), new StoreClock(time ?? TimeProvider.System), log: null)
    {
    }

    internal MemoryCacheStore(MemoryStoreOptions options, StoreClock clock, IEntryLog? log)
    {
        options.ThrowIfInvalid();
        _clock = clock;
        _log = log;
        Table = new EntryTable(options, _clock);
    }

    /// <inheritdoc/>
    public string Backend => MemoryDocumentStore.BackendName;

    EntryUsage IEntryUsage.Usage
    {
        get
        {
            lock (Table.Gate) return new(Table.Count, Table.Bytes, Table.Evictions, Table.Expirations);
        }
    }

    internal EntryTable Table { get; }

    bool IInstantEntries.NeverWaits => true;

    bool IInstantEntries.TryRead(ReadOnlySpan<char> key, out CacheEntry? entry)
    {
        entry = Table.Read(key);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<CacheEntry?>(cancellationToken)
            : new(Table.Read(key));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys) ArgumentException.ThrowIfNullOrEmpty(key, nameof(keys));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<CacheEntry?>>(cancellationToken);
        var found = new CacheEntry?[keys.Count];
        for (var i = 0; i < found.Length; i++) found[i] = Table.Read(keys[i]);
        return new(found);
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(key, entry);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        Set(key, entry);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var (key, entry) in entries) ThrowIfInvalid(key, entry);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        foreach (var (key, entry) in entries) Set(key, entry);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(key, entry);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        if (Table.TryFind(key, out var there) && there.IsLive(_clock)) return new(false); // before the bytes are copied
        var added = New(key, entry);
        _log?.Prepare(added);
        lock (Table.Gate)
        {
            if (Table.FindLive(key, added.Hash) is not null) return new(false);
            Tell(added);
            added.Stamp = _fences.Beat(added.Hash);
            return new(Table.Put(added));
        }
    }

    /// <inheritdoc/>
    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<LoadFence>(cancellationToken)
            : new(_fences.Begin());
    }

    /// <inheritdoc/>
    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(key, entry);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        var loaded = New(key, entry);
        loaded.Stamp = fence.Stamp;
        _log?.Prepare(loaded);
        lock (Table.Gate)
        {
            if (_fences.IsBeaten(key, loaded.Hash, loaded.Tags, fence)) return new(false);

            // Two loads of a key may run at once, when the first one's deadline freed the key. The later one read the
            // source later, so the earlier one must not write over it.
            if (Table.FindLive(key, loaded.Hash)?.Stamp > fence.Stamp) return new(false);
            Tell(loaded);
            return new(Table.Put(loaded));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        lock (Table.Gate)
        {
            _log?.Removing(key);
            _fences.Beat(Table.HashOf(key));
            return new(Remove(key, olderThan: long.MaxValue));
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        long removal;
        lock (Table.Gate)
        {
            removal = _fences.BeatTag(tag);
            _log?.RemovingTag(tag, removal);
        }

        while (RemoveSomeTagged(tag, removal)) Thread.Yield(); // or this thread would mostly take the gate again itself
        TellRemoved(removal);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>Looks at every key once, without holding up readers or writers.</remarks>
    public ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (prefix[^1] != ':')
        {
            throw new ArgumentException(
                "The prefix does not end with ':'; it could cut a part of a key in two and remove entries of another " +
                "namespace. End it after a whole part.", nameof(prefix));
        }

        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<long>(cancellationToken);
        long removal;
        lock (Table.Gate)
        {
            removal = _fences.BeatPrefix(prefix);
            _log?.RemovingPrefix(prefix, removal);
        }

        // The walk is not a snapshot, but what was there when it began is met. What is written while it walks has a
        // higher stamp and stays: it came after the removal.
        var removed = 0L;
        foreach (var (key, _) in Table.All)
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            lock (Table.Gate) removed += Remove(key, removal) ? 1 : 0;
        }

        TellRemoved(removal);
        return new(removed);
    }

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<CacheTtl>(cancellationToken);
        return new(Table.TryFind(key, out var entry) ? entry.Remaining(_clock) : CacheTtl.Missing);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        lock (Table.Gate)
        {
            if (!Table.TryFind(key, out var entry) || Table.Renew(entry, ttl) is not { } renewed) return new(false);
            _log?.Renewed(renewed);
            return new(true);
        }
    }

    /// <summary>Stops reclaiming expired space. The entries stay readable.</summary>
    public void Dispose() => Table.Dispose();

    /// <summary>Puts in an entry that was there before, without telling the log. Only before anybody else uses the
    /// store.</summary>
    /// <returns>False: it is larger than everything may be.</returns>
    internal bool Restore(MemoryEntry entry)
    {
        lock (Table.Gate)
        {
            entry.Stamp = _fences.Begin().Stamp; // they stand in the order of their stamps, as entries that are written do
            return Table.Put(entry);
        }
    }

    private MemoryEntry New(string key, CacheEntry entry) => new(key, Table.HashOf(key), entry, _clock);

    private void Set(string key, CacheEntry entry)
    {
        var stored = New(key, entry);
        _log?.Prepare(stored);
        lock (Table.Gate)
        {
            Tell(stored);
            stored.Stamp = _fences.Beat(stored.Hash);
            Table.Put(stored);
        }
    }

    // One that is too large only removes its predecessor.
    private void Tell(MemoryEntry entry)
    {
        if (_log is null) return;
        if (Table.CanHold(entry)) _log.Storing(entry);
        else _log.Removing(entry.Key);
    }

    private void TellRemoved(long removal)
    {
        if (_log is null) return;
        lock (Table.Gate) _log.Removed(removal);
    }

    private bool Remove(string key, long olderThan)
    {
        if (!Table.TryFind(key, out var entry) || entry.Stamp >= olderThan) return false;
        var wasLive = entry.IsLive(_clock);
        Table.Remove(entry);
        return wasLive;
    }

    // Few at a time, so that a tag of a million entries does not stop the writers. A list is in the order of storing:
    // all that was stored before the removal stands before all that was stored after it, and has a lower stamp.
    private bool RemoveSomeTagged(string tag, long removal)
    {
        lock (Table.Gate)
        {
            for (var i = 0; i < RemovedPerHold; i++)
            {
                if (Table.Tags.Oldest(tag) is not { } entry || entry.Stamp >= removal) return false;
                Table.Remove(entry);
            }
        }

        return true;
    }

    internal static void ThrowIfInvalid(string key, CacheEntry entry)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(entry);
        foreach (var tag in entry.Tags)
        {
            if (string.IsNullOrEmpty(tag))
                throw new ArgumentException("A tag of the entry is null or empty; leave it out.", nameof(entry));
        }
    }
}
