using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>Counts what is asked of the store of records, by kind.</summary>
internal sealed class RecordTraffic
{
    private readonly long[] _counts = new long[9];

    internal void Read(RecordKind kind, bool isHit) => Interlocked.Increment(ref _counts[((int)kind * 3) + (isHit ? 0 : 1)]);

    internal void Wrote(RecordKind kind) => Interlocked.Increment(ref _counts[((int)kind * 3) + 2]);

    internal IReadOnlyList<RecordTrafficView> View() =>
        [.. Enum.GetValues<RecordKind>().Select(kind => new RecordTrafficView(
            kind, Count(kind, 0), Count(kind, 1), Count(kind, 2)))];

    private long Count(RecordKind kind, int what) => Interlocked.Read(ref _counts[((int)kind * 3) + what]);
}

/// <summary>Reads and writes of one kind of records since the start. Turns read each record once.</summary>
internal sealed record RecordTrafficView(RecordKind Kind, long Hits, long Misses, long Writes);
