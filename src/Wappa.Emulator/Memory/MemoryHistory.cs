using System.Collections.Concurrent;
using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>
/// What became of the records since the app started: each change with what was before and after it. The latest
/// <see cref="MaxChanges"/> are kept, and at most <see cref="MaxBytes"/> of content.
/// </summary>
/// <remarks>
/// What a record was at a moment follows from its last change up to then, or, if that one is forgotten or there was none, from
/// what its next change found. So forgetting the oldest changes takes nothing from the moments after them.
/// </remarks>
internal sealed class MemoryHistory(TimeProvider time)
{
    internal const int MaxChanges = 5000;
    internal const int MaxTurns = 1000;
    internal const long MaxBytes = 64L << 20;

    private readonly Lock _lock = new();
    private readonly Queue<MemoryChange> _changes = new();
    private readonly Dictionary<RecordKey, List<MemoryChange>> _byKey = [];
    private readonly Queue<TurnMark> _turns = new();
    private readonly Dictionary<string, TurnMark> _byTurn = [];
    private readonly ConcurrentDictionary<(string Tenant, string Table), bool> _tables = new();
    private readonly ConcurrentDictionary<(string Tenant, string User), MemoryWriter> _running = new();
    private long _last;
    private long _forgotten;
    private long _bytes;

    /// <summary>A record changed. Raised in the order of the changes of a record, after the change.</summary>
    internal event Action<MemoryChange>? Changed;

    /// <summary>A turn's changes are complete.</summary>
    internal event Action<TurnMark>? TurnEnded;

    internal void Add(RecordKey key, in RecordVersion before, in RecordVersion after, MemoryWriter writer)
    {
        if (before == after) return;
        MemoryChange change;
        lock (_lock)
        {
            change = new(++_last, time.GetUtcNow(), key, before, after, writer);
            _changes.Enqueue(change);
            if (!_byKey.TryGetValue(key, out var known)) _byKey[key] = known = [];
            known.Add(change);
            _bytes += change.Bytes;
            while (_changes.Count > MaxChanges || _bytes > MaxBytes) ForgetOldest();
        }

        Changed?.Invoke(change);
    }

    /// <summary>Notes a tenant's table: stores cannot list them.</summary>
    internal void SeeTable(string tenant, string table) => _tables.TryAdd((tenant, table), true);

    internal IReadOnlyList<string> TablesOf(string tenant) =>
        [.. _tables.Keys.Where(known => known.Tenant == tenant).Select(known => known.Table).Order(StringComparer.Ordinal)];

    /// <summary>Says whose turn writes what a commit of that user brings.</summary>
    internal void Begin(string tenant, string user, MemoryWriter turn) => _running[(tenant, user)] = turn;

    internal void End(string tenant, string user) => _running.TryRemove((tenant, user), out _);

    internal MemoryWriter? RunningOf(string tenant, string user) => _running.GetValueOrDefault((tenant, user));

    /// <summary>Marks the moment after a turn.</summary>
    internal void EndTurn(TurnMark turn)
    {
        lock (_lock)
        {
            turn.Seq = _last;
            _byTurn[turn.Id] = turn;
            _turns.Enqueue(turn);
            // A replayed turn stands in the queue twice; the later one keeps the name.
            if (_turns.Count > MaxTurns && _turns.Dequeue() is var oldest && IsLatest(oldest)) _byTurn.Remove(oldest.Id);
        }

        TurnEnded?.Invoke(turn);
    }

    /// <returns>Null: there was none, or it is forgotten.</returns>
    internal TurnMark? FindTurn(string id)
    {
        lock (_lock) return _byTurn.TryGetValue(id, out var turn) && turn.Seq >= _forgotten ? turn : null;
    }

    /// <summary>The turns of a user, oldest first.</summary>
    internal IReadOnlyList<TurnMark> TurnsOf(string tenant, string user)
    {
        lock (_lock)
        {
            return [.. _turns.Where(turn => turn.Tenant == tenant && turn.User == user && turn.Seq >= _forgotten && IsLatest(turn))];
        }
    }

    /// <summary>The turn a message belongs to, by WhatsApp's id of the message.</summary>
    internal TurnMark? TurnOfMessage(string id)
    {
        lock (_lock) return _turns.LastOrDefault(turn => turn.Holds(id));
    }

    /// <summary>The turn that wrote a message of the outbox.</summary>
    internal TurnMark? TurnOfEntry(string id)
    {
        lock (_lock) return _turns.LastOrDefault(turn => turn.Entries.Contains(id));
    }

    /// <summary>The changes of a record, oldest first.</summary>
    internal IReadOnlyList<MemoryChange> ChangesOf(RecordKey key)
    {
        lock (_lock) return _byKey.TryGetValue(key, out var known) ? [.. known] : [];
    }

    /// <summary>The changes a turn made, in order; its table rows included.</summary>
    internal IReadOnlyList<MemoryChange> ChangesOf(string turn)
    {
        lock (_lock) return [.. _changes.Where(change => change.Writer.Turn == turn)];
    }

    /// <summary>The records of a user that have changed.</summary>
    internal IReadOnlyList<RecordKey> KeysOf(RecordSet set)
    {
        lock (_lock) return [.. _byKey.Keys.Where(key => set.Contains(key))];
    }

    /// <summary>A record as it stood after a turn.</summary>
    /// <returns>Null: it has not changed since, so it is as it is now.</returns>
    internal RecordVersion? AsOf(RecordKey key, TurnMark turn)
    {
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var known)) return null;
            var next = known.FindIndex(change => change.Seq > turn.Seq);
            var version = next switch { 0 => known[0].Before, < 0 => known[^1].After, _ => known[next - 1].After };
            return version.At(turn.At);
        }
    }

    /// <summary>Forgets a user.</summary>
    internal void Forget(string tenant, string user)
    {
        var set = RecordSet.OfUser(tenant, user);
        lock (_lock)
        {
            foreach (var key in _byKey.Keys.Where(key => set.Contains(key)).ToArray()) _byKey.Remove(key);
            Keep(_changes, change => !set.Contains(change.Key));
            Keep(_turns, turn => turn.Tenant != tenant || turn.User != user);
            foreach (var (id, turn) in _byTurn.ToArray())
            {
                if (turn.Tenant == tenant && turn.User == user) _byTurn.Remove(id);
            }

            _bytes = _changes.Sum(static change => (long)change.Bytes);
        }
    }

    private bool IsLatest(TurnMark turn) => ReferenceEquals(_byTurn.GetValueOrDefault(turn.Id), turn);

    private static void Keep<T>(Queue<T> queue, Func<T, bool> isKept)
    {
        T[] kept = [.. queue.Where(isKept)];
        queue.Clear();
        foreach (var item in kept) queue.Enqueue(item);
    }

    private void ForgetOldest()
    {
        var oldest = _changes.Dequeue();
        _forgotten = oldest.Seq;
        _bytes -= oldest.Bytes;
        var known = _byKey[oldest.Key];
        known.RemoveAt(0);
        if (known.Count == 0) _byKey.Remove(oldest.Key);
    }
}
