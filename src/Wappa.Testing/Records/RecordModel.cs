using System.Text;

namespace Wappa.Testing.Records;

/// <summary>One change asked of one of two records; without a change, a read.</summary>
internal sealed record RecordRequest(int Record, RecordChange? Change)
{
    // A change does not tell what it holds; here that is nobody's data, and what somebody looking for the order needs.
    public override string ToString() => (Record == 0 ? "a: " : "b: ") + Change switch
    {
        null => "Get",
        RecordChange.Set set => $"Set {set.Document}",
        RecordChange.Increment add => $"Increment {add.Field} by {add.By}",
        RecordChange.CreateIfAbsent create => $"CreateIfAbsent {create.Document}",
        RecordChange.ReplaceIf replace => $"ReplaceIf {replace.Revision} {replace.Document}",
        RecordChange.RemoveField remove => $"RemoveField {remove.Field}",
        RecordChange.Require require => $"Require {require.Revision}",
        _ => Change.ToString(),
    };
}

/// <summary>What a store answered to one request.</summary>
internal sealed record RecordAnswer(ChangeOutcome Outcome, string? Json, long Revision, CacheNumber Number)
{
    internal static RecordAnswer Of(in ChangeResult result) =>
        new(result.Outcome, RecordModel.Text(result.Record), result.Record.Revision, result.Number);

    internal static RecordAnswer Of(in DocumentRecord record) =>
        new(ChangeOutcome.Applied, RecordModel.Text(record), record.Revision, default);
}

/// <summary>Requests made at once, in a commit if there are several.</summary>
internal sealed record RecordOperation(IReadOnlyList<RecordRequest> Requests)
{
    public override string ToString() => $"[{string.Join("; ", Requests)}]";
}

/// <summary>What a store answered to an operation.</summary>
internal sealed record RecordOutcome(bool Committed, int RefusedAt, IReadOnlyList<RecordAnswer> Answers)
{
    public override string ToString() =>
        $"{(Committed ? "" : $"refused at {RefusedAt} ")}[{string.Join("; ", Answers)}]";
}

/// <summary>What one record may look like: its content, its revision, and the largest revision its key has
/// had.</summary>
internal readonly record struct RecordState(string? Json, long Revision, long Highest);

/// <summary>Two records of one user, which a commit may change together.</summary>
internal readonly record struct PairState(RecordState A, RecordState B);

/// <summary>
/// Records as a sequential thing: whether an operation could have been answered as it was. The meaning of a change is
/// the pure function's, so a store that says it in other words (a script) is compared with it.
/// </summary>
internal static class RecordModel
{
    private const long Unknown = -1;

    internal static (bool Possible, PairState Next) Step(
        PairState state, HistoryCall<RecordOperation, RecordOutcome> call)
    {
        var next = state;
        for (var i = 0; i < call.Operation.Requests.Count; i++)
        {
            var (record, change) = (call.Operation.Requests[i].Record, call.Operation.Requests[i].Change);
            var refusedHere = !call.Answer.Committed && call.Answer.RefusedAt == i;
            var answer = call.Answer.Committed ? call.Answer.Answers[i] : refusedHere ? call.Answer.Answers[0] : null;
            var (possible, after) = Step(record == 0 ? next.A : next.B, change, answer);
            if (!possible) return (false, state);
            if (refusedHere) return (true, state);
            next = record == 0 ? next with { A = after } : next with { B = after };
        }

        return (call.Answer.Committed, next);
    }

    /// <summary>The content in an order of fields that does not depend on the store.</summary>
    internal static string? Text(in DocumentRecord record)
    {
        if (record.Document is not { } document) return null;
        var text = new StringBuilder();
        foreach (var name in document.FieldNames.Order(StringComparer.Ordinal)) text.Append($"{name}={document.RawField(name)};");
        return text.ToString();
    }

    // Without an answer it is a change before the one that refused its commit: what it led to has a revision nobody
    // knows.
    private static (bool Possible, RecordState Next) Step(
        in RecordState state, RecordChange? change, RecordAnswer? answer)
    {
        if (change is null) return (answer!.Json == state.Json && answer.Revision == state.Revision, state);
        var current = Record(state);
        var step = RecordTransition.Apply(change, current, int.MaxValue);
        if (answer is not null && answer.Outcome != step.Outcome) return (false, state);
        if (step.Outcome != ChangeOutcome.Applied || step.Unchanged)
        {
            var sameRevision = answer is null || state.Revision is Unknown || answer.Revision == state.Revision;
            return (answer is null || (answer.Json == state.Json && sameRevision), state);
        }

        var json = step.Document is { } document ? Text(DocumentRecord.Hit(document, 1, null)) : null;
        if (answer is null) return (true, state with { Json = json, Revision = json is null ? 0 : Unknown });
        if (answer.Json != json || answer.Number != step.Number) return (false, state);
        return json is null
            ? (answer.Revision == 0, state with { Json = null, Revision = 0 })
            : (answer.Revision > state.Highest, new(json, answer.Revision, answer.Revision));
    }

    private static DocumentRecord Record(in RecordState state)
    {
        if (state.Json is null) return DocumentRecord.Miss;
        var document = CacheDocument.Empty;
        foreach (var field in state.Json.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            document = document.SetField(field[..equals], Encoding.UTF8.GetBytes(field[(equals + 1)..]));
        }

        return DocumentRecord.Hit(document, state.Revision, null);
    }
}
