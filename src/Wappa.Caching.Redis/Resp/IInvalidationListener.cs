namespace Wappa.Caching.Redis.Resp;

/// <summary>Is told which keys changed. Called on the thread that reads the connection, in the order of the stream: be quick,
/// never block, never throw.</summary>
/// <remarks>A reply that stood before an invalidation in the stream may reach its caller after it, never the other way round:
/// who stores what was read only if no invalidation came since before it was asked for, stores nothing stale.</remarks>
internal interface IInvalidationListener
{
    /// <summary>A key was changed, deleted, or expired.</summary>
    /// <param name="key">Valid during the call only.</param>
    void OnInvalidated(ReadOnlySpan<byte> key);

    /// <summary>All keys may have changed (FLUSHALL, FLUSHDB, SWAPDB).</summary>
    void OnEverythingInvalidated();

    /// <summary>A connection was lost or went silent: changes may have been missed since. Everything read is suspect, and nothing
    /// more may be kept until <see cref="OnTracking"/>.</summary>
    void OnGap();

    /// <summary>Changes are told (again), from before the next command on. On a cluster: by all primaries.</summary>
    void OnTracking();
}

/// <summary>Receives the messages of a channel, in order. Called on the thread that reads the connection: be quick, never block.</summary>
internal interface IMessageListener
{
    /// <summary>A message.</summary>
    /// <param name="payload">Valid during the call only.</param>
    void OnMessage(ReadOnlySpan<byte> payload);

    /// <summary>The subscription was interrupted and is back: messages in between are lost.</summary>
    void OnGap();
}
