namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>What a workload does next.</summary>
internal enum StepKind
{
    Apply,
    Commit,
    WriteMany,
    DeleteAll,
    Checkpoint,
    Flush,
    Sweep,
    Reopen,
    Advance,
    ReadAll,
}

/// <summary>One step of a workload.</summary>
/// <param name="Kind">What.</param>
/// <param name="Writes">The changes, for the kinds that have some.</param>
/// <param name="Amount">Milliseconds to advance, or the set to delete.</param>
internal sealed record Step(StepKind Kind, IReadOnlyList<RecordWrite> Writes, int Amount = 0)
{
    internal static Step Of(StepKind kind, int amount = 0) => new(kind, [], amount);

    internal static Step Apply(int key, RecordChange change) => new(StepKind.Apply, [new(SimKeys.All[key], change)]);

    public override string ToString() => Kind switch
    {
        StepKind.Advance => $"Advance {Amount} ms",
        StepKind.DeleteAll => $"DeleteAll of {SimKeys.Sets[Amount]}",
        _ when Writes.Count == 0 => Kind.ToString(),
        _ => $"{Kind} " + string.Join(", ", Writes.Select(write => $"{write.Change} {SimKeys.NameOf(SimKeys.IndexOf(write.Key))}")),
    };
}

/// <summary>How a store is set up and what is done with it.</summary>
/// <param name="Name">Enough to make it again, such as <c>random:17</c>.</param>
/// <param name="Seed">Where chance begins.</param>
/// <param name="Steps">What is done.</param>
internal sealed record Workload(string Name, long Seed, IReadOnlyList<Step> Steps)
{
    internal Durability Durability { get; init; }

    /// <summary>False: everything that can be evicted is, so every read reads a file.</summary>
    internal bool HasCache { get; init; } = true;

    internal bool CanSyncAll { get; init; } = true;

    /// <summary>Whether crashes inside the first opening are explored too.</summary>
    internal bool CrashesInOpening { get; init; }

    /// <summary>Whether files are written while a batch is being synced.</summary>
    internal bool OverlapsCheckpoints { get; init; }

    internal ProtocolFault Fault { get; init; }

    public override string ToString() =>
        $"{Name} ({Durability}{(HasCache ? "" : ", no cache")}{(CanSyncAll ? "" : ", no syncfs")}" +
        $"{(OverlapsCheckpoints ? ", overlapping" : "")}): {string.Join("; ", Steps)}";
}
