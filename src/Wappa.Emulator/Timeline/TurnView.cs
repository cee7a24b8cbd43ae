namespace Wappa.Emulator;

/// <summary>A turn as it is told: what one item of a webhook, or one timer, set off in the app.</summary>
internal sealed record TurnView
{
    /// <summary>The app's name of the turn, the same for every attempt and delivery.</summary>
    public required string Id { get; init; }

    /// <summary>Counts up.</summary>
    public required long No { get; init; }

    public required string Tenant { get; init; }

    public string? UserId { get; init; }

    public string? Number { get; init; }

    public string? Customer { get; init; }

    public required string Kind { get; init; }

    /// <summary>In a few words what came.</summary>
    public required string Title { get; init; }

    /// <summary>The customer's message that began it; null: none.</summary>
    public string? Message { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required TurnState State { get; init; }

    public int Attempts { get; init; }

    /// <summary>The latest webhook that carried it.</summary>
    public long? Exchange { get; init; }

    /// <summary>In the order they began.</summary>
    public required IReadOnlyList<TurnStep> Steps { get; init; }

    public IReadOnlyList<TurnLog> Logs { get; init; } = [];

    /// <summary>Logs beyond those kept.</summary>
    public int More { get; init; }
}

/// <summary>How far a turn has come.</summary>
internal enum TurnState
{
    /// <summary>Stored, or to be run again.</summary>
    Waiting,

    /// <summary>The handler or the commit runs.</summary>
    Running,

    /// <summary>Committed; messages are on their way.</summary>
    Sending,

    /// <summary>All is done.</summary>
    Done,

    /// <summary>It was given up, or one of its messages was.</summary>
    Failed,

    /// <summary>Only dropped: it was done before this process began to look.</summary>
    Duplicate,
}

/// <summary>A step of a turn. <see cref="OffsetMs"/> is counted from the turn's start.</summary>
internal sealed record TurnStep
{
    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    public double OffsetMs { get; init; }

    /// <summary>Null: it is an instant, or it is not over.</summary>
    public double? DurationMs { get; init; }

    public int? Attempt { get; init; }

    public string? Outcome { get; init; }

    public string? Note { get; init; }

    public TurnFailure? Error { get; init; }

    public IReadOnlyList<TurnWrite>? Writes { get; init; }

    /// <summary>The message sent, or told about.</summary>
    public string? Message { get; init; }

    public long? Exchange { get; init; }
}

/// <summary>A change of a record, without what it holds.</summary>
internal sealed record TurnWrite(string Operation, string Kind, string Name, double? TtlSeconds);

/// <summary>What was written to the log during a turn.</summary>
internal sealed record TurnLog(DateTimeOffset At, double OffsetMs, string Level, string Category, string Text, TurnFailure? Error);

/// <summary>An exception.</summary>
/// <param name="Type">Its full name.</param>
/// <param name="Message">For the developer's eyes.</param>
/// <param name="Stack">Null: it was not thrown, or is left out of a list.</param>
/// <param name="Inner">Its cause.</param>
internal sealed record TurnFailure(string Type, string Message, string? Stack, TurnFailure? Inner)
{
    private const int MaxDepth = 8;
    private const int MaxLength = 16_384;

    internal static TurnFailure? Of(Exception? error, int depth = 0) => error is null || depth == MaxDepth ? null : new(
        error.GetType().FullName ?? error.GetType().Name, Cut(error.Message), error.StackTrace is { } stack ? Cut(stack) : null,
        Of(error.InnerException, depth + 1));

    internal static string Cut(string text) =>
        text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");

    /// <summary>The same with its texts changed; without the stacks unless <paramref name="isWhole"/>.</summary>
    internal TurnFailure With(Func<string, string> change, bool isWhole) => new(
        Type, change(Message), isWhole && Stack is not null ? change(Stack) : null, Inner?.With(change, isWhole));
}
