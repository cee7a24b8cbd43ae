using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Resp;

/// <summary>What the client says about its connections.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Connected to Redis at {Node}, database {Database}: {Product} {Version}, RESP{Protocol}.")]
    internal static partial void Connected(ILogger logger, string node, int database, string product, Version version, int protocol);

    [LoggerMessage(2, LogLevel.Warning, "No connection to Redis at {Node}, database {Database}; it is tried again. {Reason}")]
    internal static partial void NotConnected(ILogger logger, string node, int database, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The connection to Redis at {Node}, database {Database}, was lost and is made again. {Reason}")]
    internal static partial void Lost(ILogger logger, string node, int database, string reason);

    [LoggerMessage(4, LogLevel.Warning,
        "The server at {Node} speaks RESP2 only: without client tracking, changes made elsewhere are seen late by caches in memory.")]
    internal static partial void OldProtocol(ILogger logger, string node);

    [LoggerMessage(5, LogLevel.Information, "The Redis cluster has {Nodes} primaries.")]
    internal static partial void ClusterChanged(ILogger logger, int nodes);

    [LoggerMessage(6, LogLevel.Warning, "The map of the Redis cluster could not be read; it is tried again. {Reason}")]
    internal static partial void NoMap(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Information, "The sentinels name {Node} as the primary.")]
    internal static partial void PrimaryMoved(ILogger logger, string node);

    [LoggerMessage(9, LogLevel.Information, "The connection to Redis at {Node}, database {Database}, is back.")]
    internal static partial void Back(ILogger logger, string node, int database);

    [LoggerMessage(10, LogLevel.Warning,
        "Redis at {Node} does not tell this user which keys change (CLIENT TRACKING): nothing is kept in memory, every read asks " +
        "the server.")]
    internal static partial void CannotTrack(ILogger logger, string node);

    [LoggerMessage(8, LogLevel.Error, "A listener of Redis pushes failed; it must not throw.")]
    internal static partial void ListenerFailed(ILogger logger, Exception error);
}
