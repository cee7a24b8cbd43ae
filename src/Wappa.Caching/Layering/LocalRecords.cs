using System.Runtime.CompilerServices;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Layering;

/// <summary>The records kept in memory between two gaps: the memory store's table, bounded, with an end for each record.</summary>
/// <remarks>
/// <para>Finding takes no lock. All else is under the gate of the layer, which is taken before a stripe's lock and the wheel's: the
/// table needs the stripes' locks for its own readers.</para>
/// <para>Eviction is the clock algorithm over the hash table itself: no list, and a read sets a flag.</para>
/// </remarks>
internal sealed class LocalRecords : IDisposable
{
    // So many groups of buckets may the hand pass without a find before it takes what was read too: bounds one hold of the gate.
    private const int GroupsSpared = 64;

    private readonly RecordTable _table = new(0);
    private readonly TableIndex _rows = new();
    private readonly ExpiryWheel<LocalRecord> _wheel;
    private readonly List<Record> _group = [];
    private readonly StoreClock _clock;
    private readonly Lock _gate;
    private readonly long _maxCount;
    private readonly long _maxBytes;
    private int _hand;

    internal LocalRecords(LayerOptions options, StoreClock clock, Lock gate)
    {
        _clock = clock;
        _gate = gate;
        _maxCount = options.MaxCount ?? long.MaxValue;
        _maxBytes = options.MaxBytes ?? long.MaxValue;
        _wheel = new ExpiryWheel<LocalRecord>(clock, Reclaim);
    }

    internal long Count { get; private set; }

    internal long Bytes { get; private set; }

    public void Dispose() => _wheel.Dispose();

    /// <summary>Finds what is kept. Any thread.</summary>
    /// <param name="key">The record.</param>
    /// <param name="record">A hit; a miss, if it is kept that there is no record.</param>
    /// <returns>False: L2 has to be asked.</returns>
    internal bool TryFind(in RecordKey key, out DocumentRecord record)
    {
        // Nothing else is ever entered, so the cast need not be checked: this is the hot path.
        var found = Unsafe.As<LocalRecord>(_table.Find(key));
        if (found?.Current is not { } version || _clock.HasPassed(found.Until))
        {
            record = default;
            return false;
        }

        if (!found.Visited) found.Visited = true; // tested first: a hot record's cache line stays shared among the cores
        record = ReferenceEquals(version, LocalRecord.Missing)
            ? DocumentRecord.Miss
            : DocumentRecord.Hit(version, version.Revision, version.ExpiresAt, _clock);
        return true;
    }

    /// <summary>Keeps a version in place of what is there, unless it is larger than everything may be.</summary>
    internal void Put(in RecordKey key, StoredDocument version, long until)
    {
        Remove(key);
        var record = new LocalRecord(key, version, until);
        if (record.Cost > _maxBytes) return;
        MakeRoom(record.Cost);
        var stripe = _table.StripeOf(key);
        bool crowded;
        lock (stripe.Lock)
        {
            if (key.Kind == RecordKind.Table) _rows.Add(record);
            crowded = _table.AddLocked(record, stripe);
        }

        Count++;
        Bytes += record.Cost;
        _wheel.SetNoLaterThan(record, until);
        if (crowded) _table.Grow(stripe);
    }

    internal void Remove(in RecordKey key)
    {
        var stripe = _table.StripeOf(key);
        lock (stripe.Lock)
        {
            if (_table.FindLocked(key) is LocalRecord record) RemoveLocked(record, stripe);
        }
    }

    internal void Remove(in RecordSet set)
    {
        if (set.Kind == RecordKind.Table)
        {
            foreach (var row in _rows.Snapshot(set.Tenant, set.Owner)) Remove(row.Key);
            return;
        }

        var stripe = _table.StripeOf(set);
        lock (stripe.Lock)
        {
            foreach (var record in _table.OfUserLocked(set)) RemoveLocked((LocalRecord)record, stripe);
        }
    }

    private void MakeRoom(long bytes)
    {
        for (var passed = 0; Count + 1 > _maxCount || Bytes + bytes > _maxBytes; passed++)
            EvictFromGroup(_hand++ & (_table.GroupCount - 1), spare: passed < GroupsSpared, bytes);
    }

    private void EvictFromGroup(int group, bool spare, long bytes)
    {
        var stripe = _table.StripeOfGroup(group);
        lock (stripe.Lock)
        {
            _group.Clear();
            _table.OfGroupLocked(group, _group);
            foreach (var record in _group)
            {
                if (Count < _maxCount && Bytes + bytes <= _maxBytes) return;
                if (spare && record.Visited) record.Visited = false;
                else RemoveLocked((LocalRecord)record, stripe);
            }
        }
    }

    private void RemoveLocked(LocalRecord record, RecordTable.Stripe stripe)
    {
        record.Current = null; // whoever has found it already finds nothing in it
        _table.RemoveLocked(record, stripe);
        _wheel.Cancel(record);
        if (record.Slot >= 0) _rows.Remove(record);
        Count--;
        Bytes -= record.Cost;
    }

    // The wheel's call, without a lock; the record may have gone meanwhile.
    private void Reclaim(LocalRecord record)
    {
        lock (_gate)
        {
            if (record.Current is null) return;
            var stripe = _table.StripeOf(record.Key);
            lock (stripe.Lock) RemoveLocked(record, stripe);
        }
    }
}
