using System.Globalization;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Histories;

/// <summary>One record as a sequential thing.</summary>
/// <param name="IsThere">Whether there is one.</param>
/// <param name="N">The number, as text; empty without one.</param>
/// <param name="Items">The list, as text; empty without one.</param>
/// <param name="Revision">0: missing; <see cref="Unknown"/>: changed by an operation whose answer nobody heard.</param>
/// <param name="Highest">The largest revision the record has had.</param>
internal readonly record struct RecordState(bool IsThere, string N, string Items, long Revision, long Highest)
{
    internal const long Unknown = -1;

    internal static RecordState Of(in Seen seen, long highest) =>
        new(seen.IsThere, seen.N, seen.Items, seen.Revision, Math.Max(highest, seen.Revision));
}

/// <summary>Two records that are changed alone and together.</summary>
internal readonly record struct PairState(RecordState Left, RecordState Right)
{
    internal static PairState Missing { get; } = new(new(false, "", "", 0, 0), new(false, "", "", 0, 0));
}

/// <summary>Whether an operation could have been answered as it was, and what is there afterwards. Written apart from the
/// product's own transitions: it is what they are compared with.</summary>
/// <remarks>Revisions grow, so the answered changes of a record can only have happened in the order of theirs. Saying so at every
/// step spares the search the orders that would fail later: with twenty changes at once there are more than it could try.</remarks>
internal sealed class PairModel
{
    private readonly Dictionary<long, long>[] _before = [[], []];

    /// <param name="history">All of it.</param>
    internal PairModel(IEnumerable<HistoryCall<CrashOperation, CrashAnswer>> history)
    {
        SortedSet<long>[] revisions = [[], []];
        foreach (var (_, operation, answer, _, ended) in history)
        {
            if (ended == long.MaxValue || operation.Verb == CrashVerb.Read || answer.Outcome != ChangeOutcome.Applied) continue;
            if (operation.Verb == CrashVerb.IncrementBoth) revisions[1].Add(answer.Second.Revision);
            revisions[operation.Verb == CrashVerb.IncrementBoth ? 0 : operation.Record].Add(answer.First.Revision);
        }

        for (var record = 0; record < revisions.Length; record++)
        {
            var last = 0L;
            foreach (var revision in revisions[record]) (_before[record][revision], last) = (last, revision);
        }
    }

    internal (bool Possible, PairState Next) Step(PairState state, HistoryCall<CrashOperation, CrashAnswer> call)
    {
        var (operation, answer) = (call.Operation, call.Answer);
        var isAnswered = call.IsAnswered;
        if (operation.Verb == CrashVerb.IncrementBoth)
        {
            var (left, right) = (Increment(state.Left), Increment(state.Right));
            if (!isAnswered) return (true, new(left, right));
            return Match(0, ref left, answer.First) && Match(1, ref right, answer.Second)
                ? (true, new(left, right))
                : (false, state);
        }

        var before = operation.Record == 0 ? state.Left : state.Right;
        var (outcome, after) = Step(before, operation);
        var isChanged = outcome == ChangeOutcome.Applied && operation.Verb != CrashVerb.Read;
        if (isAnswered && answer.Outcome != outcome) return (false, state);
        if (isAnswered && isChanged && !Match(operation.Record, ref after, answer.First)) return (false, state);
        if (isAnswered && !isChanged && !IsSame(ref after, answer.First)) return (false, state);
        return (true, operation.Record == 0 ? state with { Left = after } : state with { Right = after });
    }

    private static (ChangeOutcome Outcome, RecordState After) Step(in RecordState state, CrashOperation operation)
    {
        var value = operation.Value.ToString(CultureInfo.InvariantCulture);
        switch (operation.Verb)
        {
            case CrashVerb.Set:
            case CrashVerb.Create when !state.IsThere:
                return (ChangeOutcome.Applied, Changed(state, value, ""));
            case CrashVerb.Create:
                return (ChangeOutcome.Exists, state);
            case CrashVerb.Increment:
                return (ChangeOutcome.Applied, Increment(state));
            case CrashVerb.Append:
                var items = state.Items.Length == 0 ? [] : state.Items[1..^1].Split(',');
                return (ChangeOutcome.Applied, Changed(state, state.N, $"[{string.Join(',', items.Append(value).TakeLast(3))}]"));
            case CrashVerb.Delete:
                return state.IsThere
                    ? (ChangeOutcome.Applied, new(false, "", "", 0, state.Highest))
                    : (ChangeOutcome.Missing, state);
            default:
                return (ChangeOutcome.Applied, state);
        }
    }

    private static RecordState Increment(in RecordState state)
    {
        var n = state.N.Length == 0 ? 0 : int.Parse(state.N, CultureInfo.InvariantCulture);
        return Changed(state, (n + 1).ToString(CultureInfo.InvariantCulture), state.Items);
    }

    private static RecordState Changed(in RecordState state, string n, string items) =>
        new(true, n, items, RecordState.Unknown, state.Highest);

    // A change: the content, and a revision the record has never had.
    private bool Match(int record, ref RecordState state, in Seen seen)
    {
        if (seen.IsThere != state.IsThere || seen.N != state.N || seen.Items != state.Items) return false;
        if (!state.IsThere) return seen.Revision == 0;
        if (seen.Revision <= state.Highest) return false;
        if (_before[record].GetValueOrDefault(seen.Revision) > state.Highest) return false;
        state = state with { Revision = seen.Revision, Highest = seen.Revision };
        return true;
    }

    // No change: the record as it was. What nobody heard of may have any revision.
    private static bool IsSame(ref RecordState state, in Seen seen)
    {
        if (state.Revision != RecordState.Unknown) return seen == new Seen(state.IsThere, state.N, state.Items, state.Revision);
        if (seen.IsThere != state.IsThere || seen.N != state.N || seen.Items != state.Items) return false;
        state = state with { Revision = seen.Revision, Highest = Math.Max(seen.Revision, state.Highest) };
        return true;
    }
}
