using System.Text;

namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>What the process that gets killed says on its standard output, one frame each: a length and the content, written
/// by one system call, so that a kill leaves a frame whole or out.</summary>
internal enum HammerSays : byte
{
    /// <summary>It has opened the folder: at which time of the machine's clock, and how often it was refused before.</summary>
    Opened,

    /// <summary>What it found as one record: writer, position, revision, milliseconds to live, JSON. Missing ones are left out.</summary>
    Found,

    /// <summary>That was all: the shared counter's value follows.</summary>
    FoundAll,

    /// <summary>A writer's operation was acknowledged: writer, number, the last result's number, the results' revisions.</summary>
    Acknowledged,

    /// <summary>Something happened that must not: a text.</summary>
    Failed,
}

/// <summary>Says it. Every call writes before it returns: what is done afterwards can be killed without losing it.</summary>
internal sealed class HammerReport(Stream output)
{
    private readonly Lock _lock = new();

    internal void Opened(long timestamp, int refusals) => Say(HammerSays.Opened, frame =>
    {
        frame.Write(timestamp);
        frame.Write(refusals);
    });

    internal void Found(int writer, int position, in DocumentRecord record)
    {
        var (revision, json) = (record.Revision, record.Document!.ToString());
        var left = record.Ttl.Remaining is { } remaining ? (long)remaining.TotalMilliseconds : -1;
        Say(HammerSays.Found, frame =>
        {
            frame.Write(writer);
            frame.Write(position);
            frame.Write(revision);
            frame.Write(left);
            frame.Write(json);
        });
    }

    internal void FoundAll(long shared) => Say(HammerSays.FoundAll, frame => frame.Write(shared));

    internal void Acknowledged(int writer, long number, IReadOnlyList<ChangeResult> results) =>
        Say(HammerSays.Acknowledged, frame =>
        {
            frame.Write(writer);
            frame.Write(number);
            frame.Write(results[^1].Number.ToInt64());
            frame.Write(results.Count);
            foreach (var result in results) frame.Write(result.Record.Revision);
        });

    internal void Failed(string problem) => Say(HammerSays.Failed, frame => frame.Write(problem));

    private void Say(HammerSays kind, Action<BinaryWriter> content)
    {
        using var bytes = new MemoryStream();
        using var frame = new BinaryWriter(bytes, Encoding.UTF8);
        frame.Write(0);
        frame.Write((byte)kind);
        content(frame);
        frame.Seek(0, SeekOrigin.Begin);
        frame.Write((int)bytes.Length - sizeof(int));
        frame.Flush();
        lock (_lock) output.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
