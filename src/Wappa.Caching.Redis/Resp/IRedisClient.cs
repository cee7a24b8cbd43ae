namespace Wappa.Caching.Redis.Resp;

/// <summary>The one seam between the stores and the wire: commands out, replies in, whatever the topology behind it.</summary>
/// <remarks>Every member may be called from any number of threads. Failures, for every command:
/// <list type="bullet">
/// <item><see cref="RedisServerException"/>: the server answered with an error; nothing changed unless a script did it.</item>
/// <item><see cref="RespFormatException"/>: the parser met another shape than it wanted. The connection is unharmed.</item>
/// <item><see cref="CacheStoreUnavailableException"/>: never sent, or (<c>OutcomeUnknown</c>) sent and the reply lost.</item>
/// <item><see cref="CacheStoreTimeoutException"/>: its deadline passed; <c>OutcomeUnknown</c> says whether it had been sent.</item>
/// <item><see cref="OperationCanceledException"/>: the caller left. What had been sent may still happen.</item>
/// </list></remarks>
internal interface IRedisClient : IAsyncDisposable
{
    /// <summary>Connects unless that has happened, and finds out who answers.</summary>
    /// <returns>What the server can do. Later calls give the latest view, which a failover may have changed.</returns>
    /// <exception cref="CacheStoreUnavailableException">No server within the connect timeout, or it refused the user.</exception>
    ValueTask<ServerFacts> ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends one command and parses its reply.</summary>
    /// <param name="command">Written straight into the outgoing buffer, and again if it has to be resent: what it refers to
    /// must stay as it is until the task ends.</param>
    /// <param name="parser">Reads the reply in the receive buffer; it runs on the reading thread and must not block.</param>
    /// <param name="options">Database, deadline, and whether it may be repeated.</param>
    /// <param name="cancellationToken">The caller gives up; the reply is still taken off the wire.</param>
    /// <returns>The parsed reply. Await it once, and at once: it is pooled.</returns>
    ValueTask<TReply> SendAsync<TCommand, TReply>(
        in TCommand command, ReplyParser<TReply> parser, in CallOptions options, CancellationToken cancellationToken = default)
        where TCommand : struct, IRedisCommand;

    /// <summary>Sends several commands at once: one flush and one round trip a node.</summary>
    /// <param name="commands">They run in this order where they share a node; others may run in between.</param>
    /// <param name="parser">Reads each reply.</param>
    /// <param name="options">The same for all.</param>
    /// <param name="cancellationToken">The caller gives up on all of them.</param>
    /// <returns>One outcome each, in the order of <paramref name="commands"/>. A command's failure is in its outcome and
    /// fails no other; only cancellation throws.</returns>
    ValueTask<ReplyOutcome<TReply>[]> SendManyAsync<TCommand, TReply>(
        ReadOnlyMemory<TCommand> commands, ReplyParser<TReply> parser, CallOptions options, CancellationToken cancellationToken = default)
        where TCommand : struct, IRedisCommand;

    /// <summary>The servers that hold data: one, or the primaries of a cluster. For scans, with <see cref="CallOptions.Node"/>.</summary>
    ValueTask<IReadOnlyList<RedisNode>> GetPrimariesAsync(CancellationToken cancellationToken = default);

    /// <summary>Has the server say which keys change (client tracking, broadcast mode), on the same connections that carry
    /// <paramref name="database"/>'s commands, so that a change is told in order with their replies.</summary>
    /// <param name="database">Whose connections carry it. Invalidations name keys of every database alike.</param>
    /// <param name="prefixes">Keys of interest; none may be a prefix of another. Empty: all keys.</param>
    /// <param name="listener">Is told at once, on the reading thread.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Dispose it to end tracking. One tracking a client and database at a time.</returns>
    /// <exception cref="NotSupportedException">The server lacks it; see <see cref="ServerFacts.HasTracking"/>.</exception>
    ValueTask<IAsyncDisposable> TrackAsync(
        int database, IReadOnlyList<string> prefixes, IInvalidationListener listener, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to a channel, on a connection of its own that follows failovers.</summary>
    /// <param name="channel">Its exact name.</param>
    /// <param name="listener">Is told of messages and of gaps.</param>
    /// <param name="cancellationToken">Stops the wait for the first confirmation.</param>
    /// <returns>Ends once the server has confirmed. Dispose it to unsubscribe.</returns>
    ValueTask<IAsyncDisposable> SubscribeAsync(
        string channel, IMessageListener listener, CancellationToken cancellationToken = default);
}
