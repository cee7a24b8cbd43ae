namespace Wappa.Caching.Redis.Records;

/// <summary>Commits: one program over all records of one user.</summary>
/// <remarks>The script cannot add decimals or doubles. A record with such a step is read first, the step is worked out here, and
/// the program ends as stale if the record has changed meanwhile.</remarks>
internal sealed class RecordCommitter(RecordServer server, RecordReader reader, ProgramRunner runner)
{
    internal async ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken)
    {
        RecordWrites.ThrowIfNotOneUser(writes);
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Count == 0) return new(true, []);
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var plan = new Plan(layout, writes);
        var began = runner.Time.GetTimestamp();
        while (true)
        {
            var program = await CompileAsync(layout, writes, plan, cancellationToken).ConfigureAwait(false);
            var reply = await runner.RunAsync(program, began, cancellationToken).ConfigureAwait(false);
            if (reply.Status != ProgramStatus.Stale)
                return RecordReplay.Commit(reply, writes, plan.RecordOf, server.Options.MaxRecordBytes);
            if (runner.Left(began) <= TimeSpan.Zero) throw runner.Overtaken(outcomeUnknown: false);
        }
    }

    private async ValueTask<RecordProgram> CompileAsync(
        RecordLayout layout, IReadOnlyList<RecordWrite> writes, Plan plan, CancellationToken cancellationToken)
    {
        var seen = plan.WorkedOutHere.Length == 0
            ? []
            : await reader.GetManyAsync([.. plan.WorkedOutHere.Select(record => plan.Records[record].Key)], cancellationToken)
                .ConfigureAwait(false);
        var steps = new List<ProgramStep>(writes.Count + seen.Count);
        var drafts = new Dictionary<int, DocumentRecord>();
        for (var i = 0; i < seen.Count; i++)
        {
            drafts[plan.WorkedOutHere[i]] = seen[i];
            steps.Add(ProgramStep.OfPin(plan.WorkedOutHere[i], seen[i].Revision));
        }

        for (var i = 0; i < writes.Count; i++) steps.Add(Compile(plan.RecordOf[i], writes[i].Change, drafts));
        return new(plan.Records, [.. steps], layout.DatabaseOf(plan.Records[0].Key.Kind), server.Options.MaxRecordBytes);
    }

    private ProgramStep Compile(int record, RecordChange change, Dictionary<int, DocumentRecord> drafts)
    {
        if (!drafts.TryGetValue(record, out var draft)) return ProgramStep.Of(record, change);
        RecordStep step;
        try
        {
            step = RecordTransition.Apply(change, draft, server.Options.MaxRecordBytes);
        }
        catch (Exception error) when (error is CacheTypeException or CacheLimitException)
        {
            return ProgramStep.OfFailure(record); // should an earlier step refuse the commit, nobody hears of it
        }

        var compiled = change is RecordChange.Increment { By.IsWhole: false } add && step.Document!.TryGetField(add.Field, out var sum)
            ? ProgramStep.OfSum(record, add, sum)
            : ProgramStep.Of(record, change);
        if (step.Outcome == ChangeOutcome.Applied && !step.Unchanged)
        {
            // The revision to come is the server's; nobody can have asked for it yet.
            drafts[record] = step.Document is { } next ? DocumentRecord.Hit(next, long.MaxValue, null) : DocumentRecord.Miss;
        }

        return compiled;
    }

    /// <summary>The records of a commit, each once.</summary>
    private sealed class Plan
    {
        internal Plan(RecordLayout layout, IReadOnlyList<RecordWrite> writes)
        {
            var numbers = new Dictionary<RecordKey, int>();
            RecordOf = new int[writes.Count];
            for (var i = 0; i < RecordOf.Length; i++)
            {
                if (!numbers.TryGetValue(writes[i].Key, out var number)) numbers.Add(writes[i].Key, number = numbers.Count);
                RecordOf[i] = number;
            }

            var manyDatabases = numbers.Keys.Select(key => layout.DatabaseOf(key.Kind)).Distinct().Count() > 1;
            Records = [.. numbers.Keys.Select(key => new ProgramRecord(
                key, layout.KeyOf(key), layout.NamesOf(key.Kind, key.Tenant, key.Owner),
                manyDatabases ? layout.DatabaseTextOf(key.Kind) : "", NeedsContent(key, writes), HasNamesApart: false))];
            WorkedOutHere = [.. writes.Where(write => write.Change is RecordChange.Increment { By.IsWhole: false })
                .Select(write => numbers[write.Key]).Distinct()];
        }

        internal ProgramRecord[] Records { get; }

        /// <summary>For each write, its record.</summary>
        internal int[] RecordOf { get; }

        /// <summary>The records with steps the script cannot work out.</summary>
        internal int[] WorkedOutHere { get; }

        private static bool NeedsContent(RecordKey key, IReadOnlyList<RecordWrite> writes) =>
            writes.Any(write => write.Key == key && write.Change is not (RecordChange.Set or RecordChange.Delete));
    }
}
