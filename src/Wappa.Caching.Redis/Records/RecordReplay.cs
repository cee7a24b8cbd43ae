namespace Wappa.Caching.Redis.Records;

/// <summary>Makes the steps of a program again on the records as the script found them: what every store answers comes from
/// <see cref="RecordTransition"/>, here too.</summary>
internal sealed class RecordReplay
{
    private readonly DocumentRecord[] _records;
    private readonly long[] _revisions; // of the last version of each record, deleted or not
    private readonly RecordReply _reply;
    private readonly int _maxBytes;

    private RecordReplay(RecordReply reply, int maxBytes)
    {
        _reply = reply;
        _maxBytes = maxBytes;
        _records = reply.Before;
        _revisions = Array.ConvertAll(reply.Before, record => record.Revision);
    }

    /// <summary>The answer to a single change.</summary>
    /// <exception cref="CacheTypeException">The script found that the change does not fit.</exception>
    /// <exception cref="CacheLimitException">The record would be too large.</exception>
    internal static ChangeResult One(RecordReply reply, RecordChange change, int maxBytes)
    {
        var result = new RecordReplay(reply, maxBytes).Make(0, change);
        if (reply.Status == ProgramStatus.Failed || (reply.Status == ProgramStatus.Refused && result.Applied)) throw Disagreement();
        return result;
    }

    /// <summary>The answer to a commit.</summary>
    /// <param name="reply">What the script said.</param>
    /// <param name="writes">The changes.</param>
    /// <param name="recordOf">For each change, which record of the program it is about.</param>
    /// <param name="maxBytes">The largest record.</param>
    /// <exception cref="CacheTypeException">The script found that a change does not fit.</exception>
    /// <exception cref="CacheLimitException">A record would be too large.</exception>
    internal static CommitResult Commit(RecordReply reply, IReadOnlyList<RecordWrite> writes, int[] recordOf, int maxBytes)
    {
        var replay = new RecordReplay(reply, maxBytes);
        var results = new ChangeResult[writes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = replay.Make(recordOf[i], writes[i].Change);
            if (!RecordWrites.RefusesCommit(writes[i].Change, results[i].Outcome)) continue;
            return reply.Status == ProgramStatus.Refused ? new(false, [results[i]], i) : throw Disagreement();
        }

        return reply.Status == ProgramStatus.Made ? new(true, results) : throw Disagreement();
    }

    private ChangeResult Make(int number, RecordChange change)
    {
        ref var record = ref _records[number];
        var step = RecordTransition.Apply(change, record, _maxBytes);
        if (step.Outcome != ChangeOutcome.Applied || step.Unchanged) return new(step.Outcome, record, step.Number);
        var remaining = step.Expiry switch
        {
            ExpiryStep.Keep => record.Ttl.Remaining,
            ExpiryStep.Start => change.Ttl ?? change.TtlOnCreate,
            _ => null,
        };
        if (step.Document is null) record = DocumentRecord.Miss;
        else record = DocumentRecord.Hit(step.Document, NextRevision(number), remaining);
        return new(step.Outcome, record, step.Number);
    }

    // The script's own rule; a delete takes none.
    private long NextRevision(int number) => _revisions[number] = Math.Max(_revisions[number] + 1, _reply.Now);

    private static CacheStoreException Disagreement() => new(
        "The script over a record in Redis and the store do not agree on what a change means. This is a bug; please report it.",
        outcomeUnknown: true);
}
