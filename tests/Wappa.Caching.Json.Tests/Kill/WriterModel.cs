namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>A record as the oracle knows it.</summary>
/// <param name="Document">Null: it is missing.</param>
/// <param name="Revision">0: missing, or not known because its acknowledgement never came.</param>
/// <param name="Ttl">What it was written with; null: it does not expire.</param>
/// <param name="KnownAt">When the acknowledgement was read, by the machine's clock; 0: it never came.</param>
internal readonly record struct ModelRecord(CacheDocument? Document, long Revision, TimeSpan? Ttl, long KnownAt);

/// <summary>A record as a process found it after a kill.</summary>
internal readonly record struct FoundRecord(string Json, long Revision, long MillisecondsLeft);

/// <summary>What one writer's records are after all operations that were acknowledged, each exactly once and in order.</summary>
internal sealed class WriterModel(int seed, int writer)
{
    private ModelRecord[] _records = new ModelRecord[HammerWork.RecordsOfOne];

    /// <summary>The operation that is to come, or was in flight at the kill.</summary>
    internal long Next { get; private set; }

    /// <summary>Whether the operation to come increments the shared counter.</summary>
    internal bool NextIsShared => Writes() is [{ Key: var key }] && key == HammerWork.Shared;

    /// <summary>An acknowledgement: the answer must be the one that this state leads to.</summary>
    /// <returns>What is wrong with it; null: nothing.</returns>
    internal string? Acknowledge(long number, long answered, long[] revisions, long at)
    {
        if (number != Next) return $"operation {number} was acknowledged, {Next} was to come";
        var writes = Writes();
        if (writes.Count != revisions.Length) return $"{revisions.Length} results for {writes.Count} changes";
        for (var i = 0; i < writes.Count && !NextIsShared; i++)
        {
            var (position, step) = Step(writes[i]);
            if (writes[i].Change is RecordChange.Increment or RecordChange.Append && i == writes.Count - 1 &&
                step.Number.ToInt64() != answered) return $"operation {number} was answered {answered} for {step.Number}";
            if (step.Document is not null && revisions[i] <= _records[position].Revision)
                return $"operation {number} got revision {revisions[i]} after {_records[position].Revision}";
            if (step.Outcome == ChangeOutcome.Applied)
                _records[position] = new(step.Document, step.Document is null ? 0 : revisions[i], writes[i].Change.Ttl, at);
        }

        Next++;
        return null;
    }

    /// <summary>Compares with what was found: the state after all acknowledged operations, or after the one in flight too; of a
    /// commit all or nothing. What is found is known from now on.</summary>
    internal string? Recover(FoundRecord?[] found, long at)
    {
        var problem = Difference(_records, found, at);
        if (problem is not null)
        {
            var acknowledged = _records;
            _records = [.. acknowledged];
            foreach (var write in NextIsShared ? [] : Writes())
            {
                var (position, step) = Step(write);
                if (step.Outcome == ChangeOutcome.Applied) _records[position] = new(step.Document, 0, write.Change.Ttl, 0);
            }

            if (Difference(_records, found, at) is { } other)
            {
                return $"neither as acknowledged: {problem}; nor with operation {Next} " +
                    $"({string.Join(", ", Writes().Select(write => write.Change))}) that was in flight: {other}";
            }

            Next++;
        }

        for (var i = 0; i < _records.Length; i++)
        {
            _records[i] = found[i] is { } record ? _records[i] with { Revision = record.Revision } : default;
        }

        return null;
    }

    private IReadOnlyList<RecordWrite> Writes() => HammerWork.Operation(seed, writer, Next);

    private (int Position, RecordStep Step) Step(RecordWrite write)
    {
        var position = HammerWork.Records(writer).ToList().IndexOf(write.Key);
        var before = _records[position].Document is { } document ? DocumentRecord.Hit(document, 1, null) : DocumentRecord.Miss;
        return (position, RecordTransition.Apply(write.Change, before, int.MaxValue));
    }

    private string? Difference(ModelRecord[] expected, FoundRecord?[] found, long at)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (Difference(expected[i], found[i], at) is { } problem)
                return $"{HammerWork.Records(writer)[i].Kind} {HammerWork.Records(writer)[i].Name} {problem}";
        }

        return null;
    }

    private static string? Difference(in ModelRecord expected, FoundRecord? found, long at)
    {
        if (found is not { } record)
        {
            return expected.Document is null || expected.Ttl == HammerWork.Briefly ? null : $"is missing, not {expected.Document}";
        }

        if (expected.Document?.ToString() != record.Json) return $"is {record.Json}, not {expected.Document}";
        if (expected.Revision != 0 && expected.Revision != record.Revision)
            return $"has revision {record.Revision}, not {expected.Revision}";
        if (expected.Ttl is not { } ttl) return record.MillisecondsLeft < 0 ? null : $"expires in {record.MillisecondsLeft} ms";
        if (record.MillisecondsLeft < 0 || record.MillisecondsLeft > ttl.TotalMilliseconds)
            return $"expires in {record.MillisecondsLeft} ms of {ttl}";
        return IsOver(expected, ttl, at) ? $"is there {Elapsed(expected.KnownAt, at)} after it got {ttl} to live" : null;
    }

    // Twice the time and a bit: the two processes read the wall clock, the test reads a steady one.
    private static bool IsOver(in ModelRecord record, TimeSpan ttl, long at) =>
        record.KnownAt != 0 && Elapsed(record.KnownAt, at) > (2 * ttl) + TimeSpan.FromMilliseconds(100);

    private static TimeSpan Elapsed(long from, long to) => System.Diagnostics.Stopwatch.GetElapsedTime(from, to);
}
