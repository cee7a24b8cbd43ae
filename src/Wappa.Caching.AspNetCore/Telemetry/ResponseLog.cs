using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.AspNetCore.Telemetry;

/// <summary>What the cache of responses logs. Never a path, a query, a key or a tag: they may name a person.</summary>
internal sealed partial class ResponseLog(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, bool> _filtered = new(StringComparer.Ordinal);
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

    /// <summary>Names an endpoint whose filters do not guard its stored responses. Once: routing builds an endpoint several
    /// times.</summary>
    internal void WarnOfFilters(string endpoint)
    {
        if (_filtered.TryAdd(endpoint, true)) FiltersAreWithin(endpoint);
    }

    [LoggerMessage(64, LogLevel.Warning,
        "{Endpoint} has a response cache and filters. A filter runs when a response is made, not when a stored one is served: a filter " +
        "that decides who may have it guards nothing. Use authorization or a middleware for that.")]
    private partial void FiltersAreWithin(string endpoint);
}
