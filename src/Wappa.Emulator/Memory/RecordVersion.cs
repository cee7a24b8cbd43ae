using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>A record at one moment. Documents never change, so versions share them. The default value: there was none.</summary>
/// <param name="Document">The content; null: no record.</param>
/// <param name="Revision">0: no record.</param>
/// <param name="ExpiresAt">Null: never.</param>
internal readonly record struct RecordVersion(CacheDocument? Document, long Revision, DateTimeOffset? ExpiresAt)
{
    internal static RecordVersion Of(in DocumentRecord record, DateTimeOffset now)
    {
        var ttl = record.Ttl;
        if (!record.IsHit || !ttl.Exists) return default;
        var ends = ttl.Remaining is { } left && left < DateTimeOffset.MaxValue - now ? now + left : (DateTimeOffset?)null;
        return new(record.Document, record.Revision, ends);
    }

    /// <summary>The version as it stood at an instant: nothing once its time has passed.</summary>
    internal RecordVersion At(DateTimeOffset instant) => ExpiresAt <= instant ? default : this;
}

/// <summary>Who changed a record.</summary>
/// <param name="By"><c>turn</c>, <c>page</c> (somebody at the emulator) or <c>app</c> (anything else).</param>
/// <param name="Turn">The turn; null: none.</param>
/// <param name="Attempt">Its attempt; 0: none.</param>
internal sealed record MemoryWriter(string By, string? Turn = null, int Attempt = 0)
{
    internal static MemoryWriter App { get; } = new("app");

    internal static MemoryWriter Page { get; } = new("page");
}

/// <summary>A record became another.</summary>
/// <param name="Seq">Counts up, over all records.</param>
/// <param name="At">When.</param>
/// <param name="Key">The record.</param>
/// <param name="Before">As it was.</param>
/// <param name="After">As it is since.</param>
/// <param name="Writer">Who did it.</param>
internal sealed record MemoryChange(
    long Seq, DateTimeOffset At, RecordKey Key, RecordVersion Before, RecordVersion After, MemoryWriter Writer)
{
    /// <summary>What it holds in memory, at most: bodies are shared with the change before.</summary>
    internal int Bytes => After.Document?.ByteCount ?? 0;
}
