namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Works out what a step does to the records, before the store is asked to do it.</summary>
internal static class StoreModel
{
    private const int MaxBytes = 1 << 20;

    /// <summary>A change with the revision it needs filled in: −1 stands for the current one.</summary>
    internal static RecordChange Resolve(RecordChange change, in KeyState state, DateTimeOffset now)
    {
        var revision = state.IsLive(now) ? state.Revision : 0;
        return change switch
        {
            RecordChange.ReplaceIf { Revision: -1 } replace => new RecordChange.ReplaceIf(replace.Document, revision, replace.Ttl),
            RecordChange.Require { Revision: -1 } => new RecordChange.Require(revision),
            _ => change,
        };
    }

    /// <summary>One change of one record.</summary>
    /// <returns>The outcome, and the next state if it is another one; its revision is 0.</returns>
    internal static (ChangeOutcome Outcome, KeyState? Next) Apply(RecordChange change, in KeyState state, DateTimeOffset now)
    {
        var step = RecordTransition.Apply(change, state.ToRecord(now), MaxBytes);
        if (step.Outcome != ChangeOutcome.Applied || step.Unchanged) return (step.Outcome, null);
        if (step.Document is null) return (step.Outcome, KeyState.Missing);
        return (step.Outcome, new KeyState(step.Document, 0, step.Expiry switch
        {
            ExpiryStep.Keep => state.IsLive(now) ? state.ExpiresAt : DateTimeOffset.MaxValue,
            ExpiryStep.Start => now + (change.Ttl ?? change.TtlOnCreate)!.Value,
            _ => DateTimeOffset.MaxValue,
        }));
    }

    /// <summary>Several changes, each building on the ones before.</summary>
    /// <returns>What they lead to together; null: refused, nothing happens.</returns>
    internal static Unit? Commit(IReadOnlyList<RecordWrite> writes, KeyState[] states, DateTimeOffset now)
    {
        var next = (KeyState[])states.Clone();
        List<int> touched = [];
        foreach (var (key, change) in writes)
        {
            var at = SimKeys.IndexOf(key);
            var (outcome, after) = Apply(change, next[at], now);
            if (RecordWrites.RefusesCommit(change, outcome)) return null;
            if (after is null) continue;
            next[at] = after.Value;
            if (!touched.Contains(at)) touched.Add(at);
        }

        return new(touched.ConvertAll(key => (key, next[key])));
    }
}
