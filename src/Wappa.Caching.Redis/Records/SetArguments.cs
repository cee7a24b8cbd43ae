using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>A single <see cref="RecordChange.Set"/> as the arguments of <c>set.lua</c>.</summary>
/// <param name="key">The key of the hash.</param>
/// <param name="names">The key of its index, on the same node.</param>
/// <param name="name">The record's name.</param>
/// <param name="change">What to store; of at most <see cref="MostFields"/> fields.</param>
/// <param name="fieldCount">How many those are.</param>
internal readonly struct SetArguments(string key, string names, string name, RecordChange.Set change, int fieldCount) : IScriptArguments
{
    /// <summary>Lua hands a command no more than some thousand words at once.</summary>
    internal const int MostFields = 1_000;

    public string? Key => key;

    public int KeyCount => 2;

    public int ArgumentCount => 2 + (2 * fieldCount);

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        writer.Write(names);
        writer.Write(name);
        if (change.Ttl is { } ttl) writer.Write(StoredRecord.Milliseconds(ttl));
        else writer.Write(""u8);
        HashField.WriteAll(ref writer, change.Document);
    }

    /// <summary>What the store answers, given the revision the script answered with.</summary>
    internal static ChangeResult Answer(RecordChange.Set change, long revision) =>
        new(ChangeOutcome.Applied, DocumentRecord.Hit(change.Document, revision, change.Ttl));
}
