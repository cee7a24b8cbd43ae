using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>The scripts of the changes that are most frequent. Each makes what it can make in a few commands and leaves the rest, before
/// it has written anything, to <c>records.lua</c>.</summary>
internal static class DirectScripts
{
    /// <summary>Lua hands a command no more than some thousand words at once.</summary>
    internal const int MostFields = 1_000;

    private static readonly RedisScript Merge = Script("change-merge");
    private static readonly RedisScript Increment = Script("change-increment");
    private static readonly RedisScript Append = Script("records-lists", "change-append");

    /// <summary>A whole record.</summary>
    internal static RedisScript Set { get; } = new(ProgramRunner.Source("set"));

    /// <summary>The script of a change of fields, or null: it has none.</summary>
    internal static RedisScript? Of(RecordChange change) => change switch
    {
        RecordChange.Merge { Fields.Count: > 0 and <= MostFields } or RecordChange.SetField => Merge,
        RecordChange.Increment { By.IsWhole: true } => Increment,
        RecordChange.Append => Append,
        _ => null,
    };

    private static RedisScript Script(params string[] change) =>
        new(string.Concat(change.Prepend("change-begin").Append("change-end").Select(ProgramRunner.Source)));
}
