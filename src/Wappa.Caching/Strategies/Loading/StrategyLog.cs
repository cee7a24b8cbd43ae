using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Loading;

/// <summary>What strategies log. Never a key: it may name a person.</summary>
internal static partial class StrategyLog
{
    [LoggerMessage(20, LogLevel.Error, "The {Backend} store failed cache {Cache} ({Operation}); going on without it.")]
    internal static partial void StoreFailed(ILogger logger, Exception error, string backend, string cache, string operation);

    [LoggerMessage(22, LogLevel.Warning, "A load of cache {Cache} failed; its stale value is served.")]
    internal static partial void LoadFailedWithStale(ILogger logger, Exception error, string cache);

    [LoggerMessage(23, LogLevel.Debug, "A load of cache {Cache} failed; its callers were told.")]
    internal static partial void LoadFailed(ILogger logger, Exception error, string cache);

    [LoggerMessage(24, LogLevel.Warning, "A load of cache {Cache} did not end within {Timeout}; its key is free for another.")]
    internal static partial void LoadTimedOut(ILogger logger, string cache, TimeSpan timeout);

    [LoggerMessage(25, LogLevel.Debug,
        "What a load of cache {Cache} brought was not stored: something newer beat it, or the store has no room for it.")]
    internal static partial void LoadBeaten(ILogger logger, string cache);

    [LoggerMessage(26, LogLevel.Debug, "A load of cache {Cache} ended when nobody waited for it any more.")]
    internal static partial void LoadAbandoned(ILogger logger, string cache);
}
