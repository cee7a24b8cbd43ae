using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Layering;

/// <summary>Records of a shared store with memory in front. What happens on a read and a write, and how old a value may be:
/// <c>Layering/README.md</c>.</summary>
/// <remarks>The shared store is the caller's, who disposes of it after this.</remarks>
internal sealed partial class LayeredDocumentStore : IDocumentStore, IDocumentStoreLayer, IRecordChangeListener, IAsyncDisposable,
    IDisposable
{
    private readonly IDocumentStore _shared;
    private readonly LayerOptions _options;
    private readonly StoreClock _clock;
    private readonly ReadTickets _tickets = new();
    private readonly Listening<IRecordChangeListener> _listening;
    private readonly LayerCounters _counters;
    private LocalRecords _local;

    /// <param name="shared">The store of all nodes.</param>
    /// <param name="feed">Tells of its changes.</param>
    /// <param name="options">Limits; <see langword="null"/>: the defaults.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <param name="logger">Default: none.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    internal LayeredDocumentStore(
        IDocumentStore shared, IChangeFeed<IRecordChangeListener> feed, LayerOptions? options = null, TimeProvider? time = null,
        ILogger? logger = null)
    {
        _shared = shared;
        _counters = LayerMeter.Watch(shared.Backend, CachingMeter.Records);
        _options = options ?? new LayerOptions();
        _options.ThrowIfInvalid();
        time ??= TimeProvider.System;
        _clock = new StoreClock(time);
        _local = new LocalRecords(_options, _clock, _tickets.Gate);
        _listening = new Listening<IRecordChangeListener>(feed, this, time, logger ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    public string Backend => _shared.Backend;

    /// <inheritdoc/>
    public IDocumentStore Inner => _shared;

    /// <summary>How many records are kept.</summary>
    internal long Count => Local.Count;

    /// <summary>What they take in memory, roughly.</summary>
    internal long Bytes => Local.Bytes;

    private LocalRecords Local => Volatile.Read(ref _local);

    /// <summary>Waits until changes are told, or until it is known that they are not.</summary>
    internal Task StartAsync() => _listening.StartAsync();

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<DocumentRecord>(cancellationToken);
        return TryFind(key, out var record) ? new(record) : ReadAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Where the record may be kept it is read whole, so that the next field is a hit.</remarks>
    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<DocumentRecord>(cancellationToken);
        if (TryFind(key, out var record)) return new(record);
        return _tickets.Take() == ReadTickets.None
            ? AskFieldAsync(key, field, cancellationToken)
            : ReadAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<CacheTtl>(cancellationToken);
        return TryFind(key, out var record) ? new(record.Ttl) : _shared.GetTtlAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<DocumentRecord>>(cancellationToken);
        return FindAll(keys) is { } found ? new(found) : ReadManyAsync(keys, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Asks the shared store: only it knows what is in the set. Nothing is kept.</remarks>
    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => _shared.ListAsync(set, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        BeginWrite(key);
        try
        {
            return await _shared.ApplyAsync(key, change, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndWrite(key);
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotOneUser(writes);
        return WriteAsync(writes, _shared.CommitAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writes);
        return WriteAsync(writes, _shared.WriteManyAsync, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        lock (_tickets.Gate)
        {
            _tickets.BeginGroupWrite(set.OwnerHash);
            _local.Remove(set);
        }

        try
        {
            return await _shared.DeleteAllAsync(set, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_tickets.Gate) _tickets.EndGroupWrite(set.OwnerHash);
        }
    }

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
            _local = new LocalRecords(_options, _clock, _tickets.Gate);
            _local.Dispose(); // it stays empty, so it needs no timers
        }
    }

    private ValueTask<DocumentRecord> AskFieldAsync(RecordKey key, string field, CancellationToken cancellationToken)
    {
        _listening.Ensure();
        _counters.Misses.Add();
        return _shared.GetFieldAsync(key, field, cancellationToken);
    }

    private async ValueTask<DocumentRecord> ReadAsync(RecordKey key, CancellationToken cancellationToken)
    {
        _listening.Ensure();
        _counters.Misses.Add();
        var (ticket, began) = (_tickets.Take(), _clock.Now); // both before L2 is asked
        var record = await _shared.GetAsync(key, cancellationToken).ConfigureAwait(false);
        Keep(key, record, ticket, began);
        return record;
    }

    private async ValueTask<IReadOnlyList<DocumentRecord>> ReadManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken)
    {
        _listening.Ensure();
        for (var i = 0; i < keys.Count; i++) _counters.Misses.Add();
        RecordKey[] asked = [.. keys]; // what the caller does to the list meanwhile must not mix the answers up
        var (ticket, began) = (_tickets.Take(), _clock.Now);
        var records = await _shared.GetManyAsync(asked, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < asked.Length; i++) Keep(asked[i], records[i], ticket, began);
        return records;
    }

    // All or nothing, and of one moment. Interleaving without the check: the first record is found old, a commit changes both and
    // somebody reads the second, which is found new.
    private DocumentRecord[]? FindAll(IReadOnlyList<RecordKey> keys)
    {
        var ticket = _tickets.Take();
        if (ticket == ReadTickets.None) return null;
        var local = Local;
        var found = new DocumentRecord[keys.Count];
        for (var i = 0; i < found.Length; i++)
        {
            if (!local.TryFind(keys[i], out found[i])) return null;
        }

        for (var i = 0; i < found.Length; i++)
        {
            if (!_tickets.IsUnchanged(ticket, keys[i].GetHashCode(), keys[i].OwnerHash)) return null;
        }

        for (var i = 0; i < found.Length; i++) _counters.Hits.Add();
        return found;
    }

    private bool TryFind(in RecordKey key, out DocumentRecord record)
    {
        if (!Local.TryFind(key, out record)) return false;
        _counters.Hits.Add();
        return true;
    }

    private void Keep(in RecordKey key, in DocumentRecord record, long ticket, long began)
    {
        // What a forgiving store answers after a failure looks like a miss, and is none.
        if (ticket == ReadTickets.None || record.Error is not null) return;
        var until = began + _options.MaxAge.Ticks;
        var version = LocalRecord.Missing;
        if (record.IsHit)
        {
            var ttl = record.Ttl;
            if (!ttl.Exists) return; // expired on its way here
            var expiresAt = ttl.Remaining is not { } left ? StoreClock.Never
                : left.Ticks > StoreClock.Never - 1 - began ? StoreClock.Never - 1 : began + left.Ticks;
            version = new StoredDocument(record.Document, record.Revision, expiresAt);
            until = Math.Min(until, expiresAt);
        }
        else if (!_options.KeepsMisses)
        {
            return;
        }

        if (_clock.HasPassed(until)) return;
        var hash = key.GetHashCode();
        lock (_tickets.Gate)
        {
            if (_tickets.Allows(ticket, hash) && _tickets.AllowsGroup(ticket, key.OwnerHash)) _local.Put(key, version, until);
        }
    }
}
