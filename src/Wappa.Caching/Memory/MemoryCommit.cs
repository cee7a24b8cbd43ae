using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>
/// One commit of several records, under the lock of their stripe: worked out in full, then published so that no reader sees
/// half of it.
/// </summary>
internal sealed class MemoryCommit(MemoryDocumentStore store, RecordTable.Stripe stripe)
{
    private readonly List<Draft> _drafts = [];

    /// <summary>Works out every change. Nothing has changed after a refusal or an exception.</summary>
    internal CommitResult Prepare(IReadOnlyList<RecordWrite> writes)
    {
        var results = new ChangeResult[writes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (key, change) = writes[i];
            var draft = DraftOf(key);
            var step = store.Step(change, draft.Version);
            if (RecordWrites.RefusesCommit(change, step.Outcome))
                return new(false, [store.Answer(step, draft.Version)], i);
            if (step.Outcome == ChangeOutcome.Applied && !step.Unchanged)
            {
                draft.Version = store.Next(stripe, change, step, draft.Version);
                draft.Changed = true;
            }

            results[i] = store.Answer(step, draft.Version);
        }

        store.Reserve(_drafts.Count(draft => draft.Record is null && draft.Version is not null));
        return new(true, results);
    }

    /// <summary>Makes the drafts visible. True: the table is crowded.</summary>
    /// <remarks>
    /// Readers take no lock, so publishing one record after the other would let one of them see the first new and then the
    /// second still old. Hence two rounds: in the first every record turns to <see cref="StoredDocument.Pending"/>, in the
    /// second to its new version. Who sees the first new, sees the second pending or new.
    /// </remarks>
    internal bool Publish()
    {
        var crowded = false;
        _drafts.RemoveAll(draft => !draft.Changed || (draft.Record is null && draft.Version is null));
        if (_drafts.Count > 1)
        {
            foreach (var draft in _drafts)
            {
                if (draft.Record is { } record) record.Current = StoredDocument.Pending;
                else crowded |= Add(draft, StoredDocument.Pending);
            }
        }

        foreach (var draft in _drafts)
        {
            if (draft.Version is not { } version)
            {
                store.RemoveLocked(draft.Record!, stripe);
                continue;
            }

            if (draft.Record is null) crowded |= Add(draft, version);
            store.PublishLocked(draft.Record!, version, draft.WasExpiringAt);
        }

        return crowded;
    }

    private bool Add(Draft draft, StoredDocument version)
    {
        draft.Record = new Record(draft.Key);
        return store.AddLocked(draft.Record, stripe, version);
    }

    private Draft DraftOf(in RecordKey key)
    {
        foreach (var known in _drafts)
        {
            if (known.Key == key) return known;
        }

        var record = store.FindLocked(key);
        var draft = new Draft(key, record)
        {
            Version = store.LiveLocked(record),
            WasExpiringAt = record?.Current?.ExpiresAt ?? StoreClock.Never,
        };
        _drafts.Add(draft);
        return draft;
    }

    private sealed class Draft(RecordKey key, Record? record)
    {
        internal RecordKey Key => key;

        internal Record? Record { get; set; } = record;

        internal StoredDocument? Version { get; set; }

        internal long WasExpiringAt { get; init; }

        internal bool Changed { get; set; }
    }
}
