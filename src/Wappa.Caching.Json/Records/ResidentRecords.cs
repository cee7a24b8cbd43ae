using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>The records that are in memory: those a checkpoint has to write, and as many of the others as there is room
/// for.</summary>
/// <remarks>
/// Eviction is the clock algorithm over the hash table itself: it needs no list, and a read only sets a flag. What is dirty,
/// pending or marked corrupt stays, since memory is the only place that has it.
/// </remarks>
internal sealed class ResidentRecords(DiskClock clock, long maxBytes) : IDisposable
{
    private const int Overhead = 260; // the record, its version, its strings' headers and its share of the table
    private const int GroupsPerStep = 64;

    private readonly RecordTable _table = new(0);
    private readonly TableIndex _rows = new();
    private readonly Lock _evicting = new();
    private readonly List<Record> _group = [];
    private ExpiryWheel<Record>? _wheel;
    private long _bytes;
    private int _hand;

    /// <summary>What the records in memory take, roughly.</summary>
    internal long Bytes => Volatile.Read(ref _bytes);

    internal long Count => _table.Count;

    /// <summary>Whether what is read is kept at all.</summary>
    internal bool KeepsReads => maxBytes > 0;

    /// <summary>Begins to call for each record whose time may have come.</summary>
    internal void Start(Action<Record> due) => _wheel = new ExpiryWheel<Record>(clock.Store, due);

    internal RecordTable.Stripe StripeOf(in RecordKey key) => _table.StripeOf(key);

    internal RecordTable.Stripe StripeOf(in RecordSet user) => _table.StripeOf(user);

    // Nothing else is ever entered, so the cast need not be checked: this is the hot path of reads.
    internal JsonRecord? Find(in RecordKey key) => System.Runtime.CompilerServices.Unsafe.As<JsonRecord>(_table.Find(key));

    internal JsonRecord? FindLocked(in RecordKey key) => (JsonRecord?)_table.FindLocked(key);

    /// <summary>The records of a user that are in memory; the caller holds the user's stripe.</summary>
    internal List<Record> OfUserLocked(in RecordSet user) => _table.OfUserLocked(user);

    /// <summary>The rows of a table that are in memory.</summary>
    internal Record[] Rows(in RecordSet table) => _rows.Snapshot(table.Tenant, table.Owner);

    /// <summary>Enters a record that is not there; the caller holds its stripe.</summary>
    internal JsonRecord AddLocked(in RecordKey key, RecordTable.Stripe stripe, StoredDocument current, ref bool crowded)
    {
        var record = new JsonRecord(key) { Current = current, Visited = true };
        if (key.Kind == RecordKind.Table) _rows.Add(record);
        crowded |= _table.AddLocked(record, stripe);
        Interlocked.Add(ref _bytes, CostOf(record, current));
        SetTimer(record, current, Stores.StoreClock.Never);
        return record;
    }

    /// <summary>Shows a version to readers.</summary>
    /// <param name="record">The record.</param>
    /// <param name="version">The version.</param>
    /// <param name="covered">What was current before it was covered by <see cref="StoredDocument.Pending"/>; null: it was
    /// not.</param>
    internal void Show(JsonRecord record, StoredDocument version, StoredDocument? covered = null)
    {
        var was = record.Exchange(version);
        Account(record, covered ?? was, version);
    }

    /// <summary>Shows a version that was read from the file, unless something has been shown meanwhile: versions are shown
    /// without the stripe's lock, and what was read is older.</summary>
    internal void ShowLoaded(JsonRecord record, StoredDocument version)
    {
        if (record.TryReplace(JsonRecord.Unloaded, version)) Account(record, JsonRecord.Unloaded, version);
    }

    /// <summary>Makes room for so many records at once; before anybody else is there.</summary>
    internal void Reserve(int count) => _table.Reserve(count);

    internal void Grow(RecordTable.Stripe stripe) => _table.Grow(stripe);

    internal void SetTimerAgain(JsonRecord record, long expiresAt) => _wheel?.SetNoLaterThan(record, expiresAt);

    /// <summary>Makes room, if more is taken than may be.</summary>
    /// <param name="thorough">Look at everything, not just at a few records.</param>
    internal void MakeRoom(bool thorough)
    {
        if (Bytes <= maxBytes || !_evicting.TryEnter()) return;
        try
        {
            // Twice around: the first time a record that was read only loses its flag.
            for (var steps = thorough ? _table.GroupCount * 2 : GroupsPerStep; steps > 0 && Bytes > maxBytes; steps--)
                EvictFromGroup(_hand++ & (_table.GroupCount - 1));
        }
        finally
        {
            _evicting.Exit();
        }
    }

    /// <summary>Lets go of a record that was deleted, once no file is left for it to stand for. What is created and deleted once,
    /// under a name of its own, would otherwise stay among its user's records until there is no room.</summary>
    internal void LetGo(JsonRecord record)
    {
        var stripe = StripeOf(record.Key);
        lock (stripe.Lock)
        {
            if (record.Current is { Revision: > 0, ExpiresAt: StoredDocument.Gone } && record is { Pending: null, IsClean: true })
                RemoveLocked(record, stripe);
        }
    }

    public void Dispose() => _wheel?.Dispose();

    private void EvictFromGroup(int group)
    {
        var stripe = _table.StripeOfGroup(group);
        lock (stripe.Lock)
        {
            _group.Clear();
            _table.OfGroupLocked(group, _group);
            foreach (var item in _group)
            {
                var record = (JsonRecord)item;
                if (record.Pending is not null || !record.IsClean || ReferenceEquals(record.Current, JsonRecord.Corrupt)) continue;
                if (record.Visited) record.Visited = false;
                else RemoveLocked(record, stripe);
            }
        }
    }

    private void RemoveLocked(JsonRecord record, RecordTable.Stripe stripe)
    {
        Interlocked.Add(ref _bytes, -CostOf(record, record.Current!));
        record.Current = null;
        _table.RemoveLocked(record, stripe);
        _wheel?.Cancel(record);
        if (record.Slot >= 0) _rows.Remove(record);
    }

    private void Account(JsonRecord record, StoredDocument? was, StoredDocument version)
    {
        Interlocked.Add(ref _bytes, version.ByteCount - (was?.ByteCount ?? 0)); // a full fence, see SetTimer
        SetTimer(record, version, was?.ExpiresAt ?? Stores.StoreClock.Never);
    }

    // Versions are shown without the stripe's lock, so a timer may come up at the same time. Interleaving: the wheel drops
    // the timer, the version is replaced, the reclaimer looks. Either it sees the new version and sets a timer for it, or the
    // version was shown after it looked, and then the timer is seen here as dropped. What is gone may have left a timer of any
    // time behind.
    private void SetTimer(JsonRecord record, StoredDocument version, long wasExpiringAt)
    {
        if (version.ExpiresAt is Stores.StoreClock.Never or StoredDocument.Gone) return;
        if (wasExpiringAt == StoredDocument.Gone) wasExpiringAt = Stores.StoreClock.Never;
        if (record.Timer == ExpiryWheel<Record>.NoTimer || version.ExpiresAt < wasExpiringAt)
            _wheel?.SetNoLaterThan(record, version.ExpiresAt);
    }

    private static long CostOf(JsonRecord record, StoredDocument version)
    {
        var key = record.Key;
        return Overhead + (sizeof(char) * (key.Owner.Length + key.Name.Length)) + version.ByteCount;
    }
}
