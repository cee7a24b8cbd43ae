using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>A commit in memory, under the lock of its stripe: published so that no reader sees half of it.</summary>
internal sealed class MemoryCommit(MemoryDocumentStore store, RecordTable.Stripe stripe) : RecordCommit
{
    /// <summary>Makes sure that there is room for the records to be created; throws before anything has changed.</summary>
    internal void Reserve() => store.Reserve(Drafts.Count(draft => draft.Record is null && draft.Version is not null));

    /// <summary>Makes the drafts visible. True: the table is crowded.</summary>
    /// <remarks>
    /// Readers take no lock, so publishing one record after the other would let one of them see the first new and then the
    /// second still old. Hence two rounds: in the first every record turns to <see cref="StoredDocument.Pending"/>, in the
    /// second to its new version. Who sees the first new, sees the second pending or new.
    /// </remarks>
    internal bool Publish()
    {
        var crowded = false;
        Drafts.RemoveAll(draft => !draft.Changed || (draft.Record is null && draft.Version is null));
        if (Drafts.Count > 1)
        {
            foreach (var draft in Drafts)
            {
                if (draft.Record is { } record) record.Current = StoredDocument.Pending;
                else crowded |= Add(draft, StoredDocument.Pending);
            }
        }

        foreach (var draft in Drafts)
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

    protected override Draft Start(in RecordKey key)
    {
        var record = store.FindLocked(key);
        return new Draft(key, record)
        {
            Version = store.LiveLocked(record),
            WasExpiringAt = record?.Current?.ExpiresAt ?? StoreClock.Never,
        };
    }

    protected override RecordStep Step(RecordChange change, StoredDocument? current) => store.Step(change, current);

    protected override StoredDocument? Next(RecordChange change, in RecordStep step, StoredDocument? current) =>
        store.Next(stripe, change, step, current);

    protected override ChangeResult Answer(in RecordStep step, StoredDocument? version) => store.Answer(step, version);

    private bool Add(Draft draft, StoredDocument version)
    {
        draft.Record = new Record(draft.Key);
        return store.AddLocked(draft.Record, stripe, version);
    }
}
