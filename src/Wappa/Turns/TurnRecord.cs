using Wappa.Caching;

namespace Wappa.Turns;

/// <summary>One record as a turn sees it: what was read, what the turn made of it, and how the store is told. Not thread-safe.</summary>
internal sealed class TurnRecord
{
    // Above every revision of every store (those count microseconds or changes), so that what was given out in a turn can
    // never pass for a stored revision afterwards.
    private const long FirstProvisional = 1L << 62;

    private static long _provisional = FirstProvisional;

    private readonly TimeProvider _time;
    private readonly DocumentRecord _stored;
    private List<RecordChange> _changes = [];
    private CacheDocument? _document;
    private long _revision; // 0: nothing changed yet, the stored record counts
    private ExpiryStep _expiry = ExpiryStep.Keep;
    private TimeSpan _ttl;
    private long _ttlBegan;
    private bool _observed;

    internal TurnRecord(in DocumentRecord stored, TimeProvider time)
    {
        _stored = stored;
        _time = time;
    }

    /// <summary>The record with the turn's changes.</summary>
    internal DocumentRecord Current
    {
        get
        {
            if (_revision == 0) return _stored.IsHit && !_stored.Ttl.Exists ? DocumentRecord.Miss : _stored;
            if (_document is null) return DocumentRecord.Miss;
            return _expiry switch
            {
                ExpiryStep.Clear => DocumentRecord.Hit(_document, _revision, null),
                ExpiryStep.Start => Living(_ttl - _time.GetElapsedTime(_ttlBegan)),
                _ when _stored.Ttl is { Exists: true } ttl => DocumentRecord.Hit(_document, _revision, ttl.Remaining),
                _ => DocumentRecord.Miss,
            };
        }
    }

    /// <summary>Whether the turn has changed it.</summary>
    internal bool IsChanged => _revision != 0;

    /// <summary>Makes a change that stays in the turn.</summary>
    internal ChangeResult Apply(RecordChange change, long maxBytes)
    {
        var current = Current;
        // Whoever asks for one of these acts on the answer, so the answer must still be true at the commit.
        _observed |= change is RecordChange.CreateIfAbsent or RecordChange.ReplaceIf or RecordChange.Require;
        var step = RecordTransition.Apply(change, current, maxBytes);
        if (step.Outcome != ChangeOutcome.Applied || step.Unchanged) return new(step.Outcome, current, step.Number);
        // These two do not depend on what was there, so nothing before them matters.
        if (change is RecordChange.Set or RecordChange.Delete) _changes.Clear();
        _changes.Add(change);
        _document = step.Document;
        _revision = Interlocked.Increment(ref _provisional);
        Move(step.Expiry, change);
        return new(ChangeOutcome.Applied, Current, step.Number);
    }

    /// <summary>A copy to try changes on that may be refused together.</summary>
    internal TurnRecord Fork()
    {
        var fork = (TurnRecord)MemberwiseClone();
        fork._changes = [.. _changes];
        return fork;
    }

    /// <summary>Remembers that the handler was told something about the stored record.</summary>
    internal void Observe() => _observed = true;

    /// <summary>Says what the store has to do, and on which condition.</summary>
    internal void AddWrites(RecordKey key, List<RecordWrite> writes)
    {
        if (!_observed)
        {
            foreach (var change in _changes) writes.Add(new(key, change));
        }
        else if (_revision == 0)
        {
            writes.Add(new(key, new RecordChange.Require(_stored.Revision)));
        }
        else
        {
            AddOutcome(key, writes);
        }
    }

    // The stored revision is required, so the outcome is known and the steps that led to it are not needed. They could not
    // be used either: a condition on a provisional revision means nothing to the store.
    private void AddOutcome(RecordKey key, List<RecordWrite> writes)
    {
        TimeSpan? ttl = _expiry == ExpiryStep.Start ? _ttl : null;
        if (_document is null)
        {
            writes.Add(new(key, new RecordChange.Require(_stored.Revision)));
            if (_stored.IsHit) writes.Add(new(key, new RecordChange.Delete()));
        }
        else if (!_stored.IsHit)
        {
            writes.Add(new(key, new RecordChange.CreateIfAbsent(_document, ttl)));
        }
        else if (_expiry == ExpiryStep.Clear)
        {
            writes.Add(new(key, new RecordChange.Require(_stored.Revision)));
            writes.Add(new(key, new RecordChange.Set(_document)));
        }
        else
        {
            writes.Add(new(key, new RecordChange.ReplaceIf(_document, _stored.Revision, ttl)));
        }
    }

    private DocumentRecord Living(TimeSpan left) =>
        left > TimeSpan.Zero ? DocumentRecord.Hit(_document!, _revision, left) : DocumentRecord.Miss;

    private void Move(ExpiryStep step, RecordChange change)
    {
        if (step == ExpiryStep.Keep) return;
        _expiry = step;
        if (step != ExpiryStep.Start) return;
        _ttl = (change.Ttl ?? change.TtlOnCreate)!.Value;
        _ttlBegan = _time.GetTimestamp();
    }
}
