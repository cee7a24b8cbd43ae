using Microsoft.Extensions.Logging;

namespace Wappa.Caching.AspNetCore.Telemetry;

/// <summary>What the cache of responses logs. Never a path, a query, a key or a tag: they may name a person.</summary>
internal sealed partial class ResponseLog(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("Wappa.Caching.AspNetCore");

    [LoggerMessage(60, LogLevel.Error,
        "The {Backend} store did not remove responses that a write has made old. They may be served until it does, which is tried again.")]
    internal partial void InvalidationFailed(Exception error, string backend);

    [LoggerMessage(61, LogLevel.Error,
        "The {Backend} store has failed for too long to remove responses that a write has made old; they may be served until their time " +
        "to live ends.")]
    internal partial void InvalidationGivenUp(string backend);

    [LoggerMessage(62, LogLevel.Debug, "A response of {Route} was not stored: {Reason}.")]
    internal partial void NotStored(string route, string reason);

    [LoggerMessage(63, LogLevel.Error, "The {Backend} store failed the cache of responses; going on without it.")]
    internal partial void StoreFailed(Exception error, string backend);
}
