using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Writing;

/// <summary>What strategies that write log. Never a key: it may name a person.</summary>
internal static partial class StrategyWriteLog
{
    [LoggerMessage(30, LogLevel.Error,
        "An entry of cache {Cache} should be gone, but its store fails; it may be served until its time to live ends.")]
    internal static partial void RepairGivenUp(ILogger logger, string cache);

    [LoggerMessage(31, LogLevel.Warning, "The lock of a write to cache {Cache} could not be had; the write goes on without it.")]
    internal static partial void WrittenWithoutLock(ILogger logger, Exception? error, string cache);

    [LoggerMessage(32, LogLevel.Error, "The store threw what no store should when an entry of cache {Cache} was removed; trying again.")]
    internal static partial void RepairFailed(ILogger logger, Exception error, string cache);
}
