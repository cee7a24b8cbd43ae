using System.Runtime.CompilerServices;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>Records in this process's memory. What happens on a read and a write: <c>Memory/README.md</c>.</summary>
/// <remarks>Never does I/O, so every call completes at once. Records are data: they are never evicted.</remarks>
public sealed class MemoryDocumentStore : IDocumentStore, IDisposable
{
    internal const string BackendName = "memory";

    private readonly RecordTable _table;
    private readonly TableIndex _tables = new();
    private readonly ExpiryWheel<Record> _wheel;
    private readonly StoreClock _clock;
    private readonly long _maxRecordBytes;
    private readonly RecordQuota _quota;

    /// <summary>An empty store.</summary>
    /// <param name="options">Limits; <see langword="null"/>: none.</param>
    /// <param name="maxRecordBytes">The largest record, in bytes of JSON. Default: 1 MiB.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public MemoryDocumentStore(MemoryStoreOptions? options = null, int maxRecordBytes = 1 << 20, TimeProvider? time = null)
    {
        options ??= new MemoryStoreOptions();
        options.ThrowIfInvalid();
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecordBytes, 2);
        time ??= TimeProvider.System;
        _clock = new StoreClock(time);
        _table = new RecordTable((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        _wheel = new ExpiryWheel<Record>(_clock, Reclaim);
        _maxRecordBytes = maxRecordBytes;
        _quota = new RecordQuota(options.MaxRecords);
    }

    /// <inheritdoc/>
    public string Backend => BackendName;

    /// <summary>How many timers wait; for tests of the structure.</summary>
    internal int TimerCount => _wheel.Count;

    /// <summary>How many records take space, expired ones that wait to be reclaimed included.</summary>
    internal long Count => _table.Count;

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<DocumentRecord>(cancellationToken) : new(Read(key));

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) => GetAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<CacheTtl>(cancellationToken) : new(Read(key).Ttl);

    /// <inheritdoc/>
    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var none = 0;
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<ChangeResult>(cancellationToken)
            : new(Apply(key, change, ref none));
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotOneUser(writes);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<CommitResult>(cancellationToken);
        if (writes.Count == 0) return new(new CommitResult(true, []));
        var stripe = _table.StripeOf(writes[0].Key);
        var crowded = false;
        CommitResult result;
        lock (stripe.Lock)
        {
            var commit = new MemoryCommit(this, stripe);
            result = commit.Prepare(writes);
            if (result.Committed)
            {
                commit.Reserve();
                crowded = commit.Publish();
            }
        }

        if (crowded) _table.Grow(stripe);
        return new(result);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<DocumentRecord>>(cancellationToken);
        var records = new DocumentRecord[keys.Count];
        for (var i = 0; i < keys.Count;)
        {
            // Neighbours of one user are read under one lock, so that no commit shows in half of them.
            var stripe = _table.StripeOf(keys[i]);
            lock (stripe.Lock)
            {
                do records[i] = Seen(_table.FindLocked(keys[i])?.Current);
                while (++i < keys.Count && ReferenceEquals(_table.StripeOf(keys[i]), stripe));
            }
        }

        return new(records);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotSetsAndDeletes(writes, _maxRecordBytes);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<IReadOnlyList<ChangeResult>>(cancellationToken);
        var results = new ChangeResult[writes.Count];

        // Room for all is taken first, so that a store that is full changes nothing instead of half of it.
        var room = _quota.ReserveUpTo(writes.Count(write => write.Change is RecordChange.Set));
        try
        {
            for (var i = 0; i < results.Length; i++) results[i] = Apply(writes[i].Key, writes[i].Change, ref room);
        }
        finally
        {
            _quota.Release(room);
        }

        return new(results);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var (key, record) in set.Kind == RecordKind.Table ? Rows(set) : OfUser(set))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (record.IsHit) yield return new(key, record);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<long>(cancellationToken);
        var delete = new RecordChange.Delete();
        var (none, deleted) = (0, 0L);
        foreach (var record in Members(set)) deleted += Apply(record.Key, delete, ref none).Applied ? 1 : 0;
        return new(deleted);
    }

    /// <summary>Stops reclaiming expired space. The records stay readable.</summary>
    public void Dispose() => _wheel.Dispose();

    internal RecordStep Step(RecordChange change, StoredDocument? current) =>
        RecordTransition.Apply(change, Hit(current), _maxRecordBytes);

    /// <summary>The version a step leads to; null: the record goes.</summary>
    internal StoredDocument? Next(RecordTable.Stripe stripe, RecordChange change, in RecordStep step, StoredDocument? current) =>
        step.Document is not { } document
            ? null
            : new StoredDocument(document, stripe.NextRevision(), StoredDocument.ExpiryAfter(step, change, current, _clock));

    /// <summary>A record's live version; the caller holds its stripe.</summary>
    internal StoredDocument? LiveLocked(Record? record) =>
        record?.Current is { } current && !_clock.HasPassed(current.ExpiresAt) ? current : null;

    internal Record? FindLocked(in RecordKey key) => _table.FindLocked(key);

    /// <summary>Reserves room for records to be created; throws before anything has changed.</summary>
    internal void Reserve(int records) => _quota.Reserve(records);

    /// <summary>Enters a new record under its stripe's lock. True: the table is crowded.</summary>
    internal bool AddLocked(Record record, RecordTable.Stripe stripe, StoredDocument version)
    {
        record.Current = version;
        if (record.Key.Kind == RecordKind.Table) _tables.Add(record);
        return _table.AddLocked(record, stripe);
    }

    /// <summary>Makes a version visible and its expiry known.</summary>
    internal void PublishLocked(Record record, StoredDocument version, long wasExpiringAt)
    {
        record.Current = version;
        if (version.ExpiresAt == StoreClock.Never) return;

        // A timer is due no later than the old expiry, so a later one leaves it alone.
        if (record.Timer == ExpiryWheel<Record>.NoTimer || version.ExpiresAt < wasExpiringAt)
            _wheel.SetNoLaterThan(record, version.ExpiresAt);
    }

    internal void RemoveLocked(Record record, RecordTable.Stripe stripe)
    {
        record.Current = null;
        _table.RemoveLocked(record, stripe);
        _wheel.Cancel(record);
        if (record.Slot >= 0) _tables.Remove(record);
        _quota.Release(1);
    }

    internal ChangeResult Answer(in RecordStep step, StoredDocument? version) => new(step.Outcome, Hit(version), step.Number);

    private DocumentRecord Read(in RecordKey key)
    {
        var current = _table.Find(key)?.Current;
        if (ReferenceEquals(current, StoredDocument.Pending))
        {
            lock (_table.StripeOf(key).Lock) current = _table.FindLocked(key)?.Current;
        }

        return Seen(current);
    }

    private DocumentRecord Seen(StoredDocument? current) =>
        current is null || _clock.HasPassed(current.ExpiresAt) ? DocumentRecord.Miss : Hit(current);

    private DocumentRecord Hit(StoredDocument? version) =>
        version is null ? DocumentRecord.Miss : DocumentRecord.Hit(version, version.Revision, version.ExpiresAt, _clock);

    /// <param name="key">The record.</param>
    /// <param name="change">The change.</param>
    /// <param name="room">Places reserved before; a record that is created takes one of them, or else a new one.</param>
    private ChangeResult Apply(in RecordKey key, RecordChange change, ref int room)
    {
        var stripe = _table.StripeOf(key);
        var crowded = false;
        ChangeResult result;
        lock (stripe.Lock)
        {
            var record = _table.FindLocked(key);
            var current = LiveLocked(record);
            var step = Step(change, current);
            if (step.Outcome != ChangeOutcome.Applied || step.Unchanged) return Answer(step, current);
            var next = Next(stripe, change, step, current);
            if (next is null)
            {
                RemoveLocked(record!, stripe);
            }
            else if (record is not null)
            {
                PublishLocked(record, next, record.Current!.ExpiresAt);
            }
            else
            {
                if (room > 0) room--;
                else _quota.Reserve(1);
                record = new Record(key);
                crowded = AddLocked(record, stripe, next);
                PublishLocked(record, next, StoreClock.Never);
            }

            result = Answer(step, next);
        }

        if (crowded) _table.Grow(stripe);
        return result;
    }

    private List<Record> Members(RecordSet set)
    {
        if (set.Kind == RecordKind.Table)
            return [.. _tables.Snapshot(set.Tenant, set.Owner).Where(row => row.IsIn(set))];
        lock (_table.StripeOf(set).Lock) return _table.OfUserLocked(set);
    }

    // A user's records are read under one lock, so that no commit shows in half of them; rows cannot be in a commit.
    private List<KeyValuePair<RecordKey, DocumentRecord>> OfUser(RecordSet set)
    {
        lock (_table.StripeOf(set).Lock)
            return _table.OfUserLocked(set).ConvertAll(record => KeyValuePair.Create(record.Key, Seen(record.Current)));
    }

    private IEnumerable<KeyValuePair<RecordKey, DocumentRecord>> Rows(RecordSet set) =>
        from row in Members(set) let key = row.Key where key.Name.Length > 0 select KeyValuePair.Create(key, Read(key));

    // The wheel's call: the record's timer is gone, and it may have been changed, removed or given a new timer since.
    private void Reclaim(Record record)
    {
        var stripe = _table.StripeOf(record.Key);
        lock (stripe.Lock)
        {
            if (record.Current is not { } current || current.ExpiresAt == StoreClock.Never) return;
            if (_clock.HasPassed(current.ExpiresAt)) RemoveLocked(record, stripe);
            else _wheel.SetNoLaterThan(record, current.ExpiresAt);
        }
    }
}
