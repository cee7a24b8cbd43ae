using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>The scripts of the changes that are most frequent. Each makes what it can make in a few commands and leaves the rest, before
/// it has written anything, to <c>records.lua</c>.</summary>
internal static class DirectScripts
{
    /// <summary>Lua hands a command no more than some thousand words at once.</summary>
    internal const int MostFields = 1_000;

    // A function costs to make, so only a creation makes it.
    private static readonly string Trimming = $"if not meta then\n{ProgramRunner.Source("names-trim")}trim(names)\nend\n";

    private static readonly RedisScript Merge = Script("change-merge");
    private static readonly RedisScript Increment = Script("change-increment");
    private static readonly RedisScript Append = Script("records-lists", "change-append");

    /// <summary>A whole record.</summary>
    internal static RedisScript Set { get; } = new(Sources("set", "names-live") + Trimming + "return revision\n");

    /// <summary>The script of a change of fields, or null: it has none.</summary>
    internal static RedisScript? Of(RecordChange change) => change switch
    {
        RecordChange.Merge { Fields.Count: > 0 and <= MostFields } or RecordChange.SetField => Merge,
        RecordChange.Increment { By.IsWhole: true } => Increment,
        RecordChange.Append => Append,
        _ => null,
    };

    private static RedisScript Script(params string[] change) =>
        new(Sources(["change-begin", .. change, "change-end", "names-live"]) + Trimming + Sources("change-reply"));

    private static string Sources(params string[] names) => string.Concat(names.Select(ProgramRunner.Source));
}
