using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>A single <see cref="RecordChange.Set"/> as the arguments of <c>set.lua</c>.</summary>
/// <param name="key">The key of the hash.</param>
/// <param name="names">The key of its index; null: it may live on another node.</param>
/// <param name="name">The record's name.</param>
/// <param name="change">What to store; of at most <see cref="DirectScripts.MostFields"/> fields.</param>
/// <param name="fieldCount">How many those are.</param>
internal readonly struct SetArguments(string key, string? names, string name, RecordChange.Set change, int fieldCount) : IScriptArguments
{
    private const int Head = 3, MetaWords = 2;

    public string? Key => key;

    public int KeyCount => names is null ? 1 : 2;

    public int ArgumentCount => Head + (2 * fieldCount) + MetaWords;

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        if (names is not null) writer.Write(names);
        writer.Write(name);
        writer.Write(change.Document.ByteCount);
        if (change.Ttl is { } ttl) writer.Write(StoredRecord.Milliseconds(ttl));
        else writer.Write(""u8);
        HashField.WriteAll(ref writer, change.Document);
        writer.Write("$meta"u8);
        writer.Write(""u8);
    }
}
