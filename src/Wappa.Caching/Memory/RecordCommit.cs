namespace Wappa.Caching.Memory;

/// <summary>
/// One commit of several records of one user, worked out in full before anything is shown: drafts of the next versions.
/// The caller holds the stripe of the user.
/// </summary>
internal abstract class RecordCommit
{
    /// <summary>The records the commit touches, each once.</summary>
    protected List<Draft> Drafts { get; } = [];

    /// <summary>Works out every change. Nothing has changed after a refusal or an exception.</summary>
    internal CommitResult Prepare(IReadOnlyList<RecordWrite> writes)
    {
        var results = new ChangeResult[writes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (key, change) = writes[i];
            var draft = DraftOf(key);
            var step = Step(change, draft.Version);
            if (RecordWrites.RefusesCommit(change, step.Outcome))
                return new(false, [Answer(step, draft.Version)], i);
            if (step.Outcome == ChangeOutcome.Applied && !step.Unchanged)
            {
                draft.Version = Next(change, step, draft.Version);
                draft.Changed = true;
            }

            results[i] = Answer(step, draft.Version);
        }

        return new(true, results);
    }

    /// <summary>Makes the draft of a record that is met for the first time: its place and its live version.</summary>
    protected abstract Draft Start(in RecordKey key);

    /// <summary>Works out one change.</summary>
    protected abstract RecordStep Step(RecordChange change, StoredDocument? current);

    /// <summary>The version a step leads to; null: the record goes.</summary>
    protected abstract StoredDocument? Next(RecordChange change, in RecordStep step, StoredDocument? current);

    /// <summary>What the caller is told of a step.</summary>
    protected abstract ChangeResult Answer(in RecordStep step, StoredDocument? version);

    private Draft DraftOf(in RecordKey key)
    {
        foreach (var known in Drafts)
        {
            if (known.Key == key) return known;
        }

        var draft = Start(key);
        Drafts.Add(draft);
        return draft;
    }

    /// <summary>A record on its way to its next version.</summary>
    protected sealed class Draft(RecordKey key, Record? record)
    {
        internal RecordKey Key => key;

        internal Record? Record { get; set; } = record;

        internal StoredDocument? Version { get; set; }

        internal long WasExpiringAt { get; init; }

        internal bool Changed { get; set; }
    }
}
