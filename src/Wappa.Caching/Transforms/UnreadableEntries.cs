using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Transforms;

/// <summary>Says that values could not be read: each is counted, and of each reason one a minute is logged, with how many there were, as
/// a lost key makes every read one. Neither names an entry.</summary>
internal sealed partial class UnreadableEntries(string backend, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Reason _corrupt = new();
    private readonly Reason _unknownKey = new();
    private readonly Reason _unencrypted = new();

    internal void Report(Decoded result, string? keyId)
    {
        var reason = result switch
        {
            Decoded.UnknownKey => _unknownKey,
            Decoded.Unencrypted => _unencrypted,
            _ => _corrupt,
        };
        CachingMeter.CountError(backend, CachingMeter.Entries, result switch
        {
            Decoded.UnknownKey => "unknown_key",
            Decoded.Unencrypted => "unencrypted",
            _ => "corrupt",
        });
        if (!reason.IsDue(time, out var count)) return;
        switch (result)
        {
            case Decoded.UnknownKey: UnknownKey(logger, backend, keyId, count); break;
            case Decoded.Unencrypted: Unencrypted(logger, backend, count); break;
            default: Corrupt(logger, backend, count); break;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} stored value(s) of the {Backend} cache are damaged, were tampered with or belong to " +
        "another key. They count as misses.")]
    private static partial void Corrupt(ILogger logger, string backend, long count);

    [LoggerMessage(2, LogLevel.Warning, "{Count} stored value(s) of the {Backend} cache are encrypted with keys this node does not have, " +
        "the last one with '{KeyId}'. They count as misses; add the key to the ring to read them.")]
    private static partial void UnknownKey(ILogger logger, string backend, string? keyId, long count);

    [LoggerMessage(3, LogLevel.Warning, "{Count} stored value(s) of the {Backend} cache are not encrypted, and ReadUnencrypted is false. " +
        "They count as misses.")]
    private static partial void Unencrypted(ILogger logger, string backend, long count);

    /// <summary>One reason, and what happened since it was last logged.</summary>
    private sealed class Reason
    {
        private readonly Lock _lock = new();
        private long? _lastAt;
        private long _since;

        internal bool IsDue(TimeProvider time, out long count)
        {
            lock (_lock)
            {
                count = ++_since;
                if (_lastAt is { } last && time.GetElapsedTime(last) < Pause) return false;
                _lastAt = time.GetTimestamp();
                _since = 0;
                return true;
            }
        }
    }
}
