using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>A record of a program.</summary>
/// <param name="Key">Whose it is.</param>
/// <param name="KeyText">The key of its hash.</param>
/// <param name="Names">The key of its index.</param>
/// <param name="Database">What the script selects for it; empty: nothing.</param>
/// <param name="IsFull">Whether its content matters to the steps or to the answer.</param>
/// <param name="HasNamesApart">Whether the index may live on another node.</param>
internal sealed record ProgramRecord(
    RecordKey Key, string KeyText, string Names, string Database, bool IsFull, bool HasNamesApart)
{
    /// <summary>When its name was entered in an index apart, in that server's microseconds; 0: not yet.</summary>
    internal long AnnouncedAt { get; set; }
}

/// <summary>What <c>records.lua</c> is told: records and the steps over them.</summary>
/// <param name="records">Each once; all in one slot.</param>
/// <param name="steps">In order.</param>
/// <param name="database">Where the first record lives.</param>
/// <param name="maxBytes">The largest record.</param>
internal sealed class RecordProgram(ProgramRecord[] records, ProgramStep[] steps, int database, int maxBytes)
{
    internal ProgramRecord[] Records => records;

    internal int Database => database;

    /// <summary>Names the one step that must not happen twice; empty: sending it again is not safe.</summary>
    internal string OperationId { get; init; } = "";

    /// <summary>When the operation was first sent, or earlier, in the server's microseconds.</summary>
    internal long Since { get; init; }

    /// <summary>Whether it may have been made already.</summary>
    internal bool IsRepeated { get; set; }

    /// <summary>A hash each, and its index where that stands beside it: the records of one program are all alike in this.</summary>
    internal int KeyCount => records[0].HasNamesApart ? records.Length : 2 * records.Length;

    internal int ArgumentCount
    {
        get
        {
            var count = 4 + (4 * records.Length);
            foreach (ref readonly var step in steps.AsSpan()) count += step.ArgumentCount;
            return count;
        }
    }

    internal void Write(ref CommandWriter writer)
    {
        foreach (var record in records)
        {
            writer.Write(record.KeyText);
            if (!record.HasNamesApart) writer.Write(record.Names);
        }

        writer.Write(records.Length);
        writer.Write(maxBytes);
        writer.Write(OperationId);
        if (IsRepeated) writer.Write(Since);
        else writer.Write(""u8);
        foreach (var record in records)
        {
            writer.Write(record.Database);
            writer.Write(record.Key.Name);
            writer.Write(record.IsFull ? 1 : 0);
            if (!record.HasNamesApart) writer.Write(""u8);
            else if (record.AnnouncedAt == 0) writer.Write("apart"u8);
            else writer.Write(record.AnnouncedAt);
        }

        foreach (ref readonly var step in steps.AsSpan()) step.Write(ref writer);
    }
}

/// <summary>A program as the arguments of its script.</summary>
internal readonly struct RecordArguments(RecordProgram program) : IScriptArguments
{
    public string? Key => program.Records[0].KeyText;

    public int KeyCount => program.KeyCount;

    public int ArgumentCount => program.ArgumentCount;

    public void Write(ref CommandWriter writer) => program.Write(ref writer);
}
