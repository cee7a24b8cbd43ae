namespace Wappa.Emulator;

/// <summary>A turn as it goes on. Guarded by the <see cref="TurnTimeline"/>'s lock.</summary>
internal sealed class TurnRecord(TurnTimeline timeline, string id, long no, DateTimeOffset startedAt)
{
    internal const int MaxSteps = 200;
    internal const int MaxLogs = 200;

    private readonly List<TurnLog> _logs = [];
    private int _more;
    private bool _isParked;
    private bool _isCommitted;

    internal TurnTimeline Timeline => timeline;

    internal string Id => id;

    internal long No => no;

    internal string? Customer { get; init; }

    internal string? Number { get; init; }

    // Not the item: it leads to all that came after it.
    internal required string Tenant { get; init; }

    internal string? UserId { get; init; }

    internal required string Kind { get; init; }

    internal required string Title { get; init; }

    /// <summary>The customer's message; null: none.</summary>
    internal string? Message { get; init; }

    internal DateTimeOffset StartedAt => startedAt;

    internal List<TurnStep> Steps { get; } = [];

    /// <summary>Messages committed and not yet answered for by WhatsApp.</summary>
    internal int Unsent { get; set; }

    internal bool HasLostMessage { get; set; }

    internal DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Enters a step. Of a turn that never ends well the latest are left out.</summary>
    internal void Add(TurnStep step, DateTimeOffset at)
    {
        if (Steps.Count < MaxSteps) Steps.Add(step with { OffsetMs = (step.At - startedAt).TotalMilliseconds });
        if (step.Name is not "status") EndedAt = at;
        _isParked |= step.Name is StepNames.Parked;
        _isCommitted |= step.Name is StepNames.Commit && step.Outcome is StepNames.Done;
    }

    /// <summary>Changes the latest step of a name that is not over.</summary>
    internal bool TryEnd(string name, DateTimeOffset at, Func<TurnStep, TurnStep> change)
    {
        var index = Steps.FindLastIndex(step => step.Name == name && step.DurationMs is null);
        if (index < 0) return false;
        Steps[index] = change(Steps[index] with { DurationMs = (at - Steps[index].At).TotalMilliseconds });
        EndedAt = at > EndedAt ? at : EndedAt;
        return true;
    }

    internal void Add(TurnLog log)
    {
        if (_logs.Count < MaxLogs) _logs.Add(log with { OffsetMs = (log.At - startedAt).TotalMilliseconds });
        else _more++;
    }

    /// <summary>The turn as it stands.</summary>
    /// <param name="clean">Takes secrets out of a text.</param>
    /// <param name="exchange">The latest webhook that carried its message.</param>
    /// <param name="isWhole">With logs and stacks.</param>
    internal TurnView View(Func<string, string> clean, long? exchange, bool isWhole) => new()
    {
        Id = id,
        No = no,
        Tenant = Tenant,
        UserId = UserId,
        Number = Number,
        Customer = Customer,
        Kind = Kind,
        Title = Title,
        Message = Message,
        StartedAt = startedAt,
        EndedAt = State is TurnState.Waiting or TurnState.Running or TurnState.Sending ? null : EndedAt,
        State = State,
        Attempts = Steps.Count(step => step.Name is StepNames.Handler),
        Exchange = exchange,
        Steps = [.. Steps.OrderBy(step => step.OffsetMs).Select(step => Clean(step, clean, isWhole))],
        Logs = isWhole ? [.. _logs.Select(log => log with { Text = clean(log.Text), Error = log.Error?.With(clean, isWhole) })] : [],
        More = _more,
    };

    private TurnState State
    {
        get
        {
            if (_isParked || (HasLostMessage && Unsent == 0)) return TurnState.Failed;
            if (_isCommitted) return Unsent > 0 ? TurnState.Sending : TurnState.Done;
            if (Steps.Exists(step => step.Name is StepNames.Handler && step.DurationMs is null)) return TurnState.Running;
            var isRun = Steps.Exists(step => step.Name is StepNames.Handler or StepNames.Queue);
            return isRun && Steps[^1].Name is not StepNames.Retry ? TurnState.Running
                : Steps.Exists(step => step.Name is StepNames.Stored or StepNames.Recovered) ? TurnState.Waiting : TurnState.Duplicate;
        }
    }

    private static TurnStep Clean(TurnStep step, Func<string, string> clean, bool isWhole) =>
        step.Error is null ? step : step with { Error = step.Error.With(clean, isWhole) };
}

/// <summary>What steps are called.</summary>
internal static class StepNames
{
    internal const string Received = "received";
    internal const string Stored = "stored";
    internal const string Recovered = "recovered";
    internal const string Duplicate = "duplicate";
    internal const string Queue = "queue";
    internal const string Handler = "handler";
    internal const string Commit = "commit";
    internal const string Conflict = "conflict";
    internal const string Retry = "retry";
    internal const string Parked = "parked";
    internal const string Send = "send";
    internal const string Status = "status";

    internal const string Ok = "ok";
    internal const string Failed = "failed";
    internal const string Done = "done";
}
