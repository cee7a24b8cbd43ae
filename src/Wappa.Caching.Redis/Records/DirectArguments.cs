using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>A single change as the arguments of its own script, <c>change-*.lua</c>.</summary>
/// <param name="key">The key of the hash.</param>
/// <param name="names">The key of its index; null: it may live on another node.</param>
/// <param name="name">The record's name.</param>
/// <param name="maxBytes">The largest record.</param>
/// <param name="operationId">Names an increment or append; empty: any other change.</param>
/// <param name="withRecord">Whether the record is to come back.</param>
/// <param name="step">The change.</param>
internal readonly struct DirectArguments(
    string key, string? names, string name, int maxBytes, string operationId, bool withRecord, ProgramStep step) : IScriptArguments
{
    private const int Head = 4;

    private readonly ProgramStep _step = step;

    public string? Key => key;

    public int KeyCount => names is null ? 1 : 2;

    public int ArgumentCount => Head + _step.DirectArgumentCount;

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        if (names is not null) writer.Write(names);
        writer.Write(name);
        writer.Write(maxBytes);
        writer.Write(operationId);
        writer.Write(withRecord ? "1"u8 : ""u8);
        _step.WriteDirect(ref writer);
    }
}
