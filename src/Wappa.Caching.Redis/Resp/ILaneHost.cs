using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Resp;

/// <summary>What a lane needs of the client it belongs to.</summary>
internal interface ILaneHost
{
    RedisClientOptions Options { get; }

    TimeProvider Time { get; }

    CoarseClock Clock { get; }

    CompletionQueue Completions { get; }

    ILogger Logger { get; }

    /// <summary>Whether the client has been disposed.</summary>
    bool IsClosed { get; }

    /// <summary>What the connections of a database track. Null: nothing.</summary>
    Tracking? TrackingOf(int database);

    /// <summary>A connection is up and has said who it is; its commands wait until this ends.</summary>
    ValueTask OnConnectedAsync(Lane lane, Wire wire, RedisNode address, ServerFacts facts, CancellationToken cancellationToken);

    /// <summary>The lane served to find the cluster; its commands belong elsewhere now.</summary>
    bool IsMerelySeed(Lane lane);

    /// <summary>Sends a waiting command where it belongs now.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="isNew">See <see cref="Wire.TryPost"/>.</param>
    void Dispatch(PendingCommand pending, bool isNew = false);

    /// <summary>Sends a waiting command in a moment: where it belonged is gone, and where it belongs now may not be known yet.</summary>
    void DispatchLater(PendingCommand pending);

    /// <summary>The server refused to run a command at all.</summary>
    /// <returns>True: it will be tried again.</returns>
    bool TryTakeBack(Lane lane, Wire wire, PendingCommand pending, ReadOnlySpan<byte> error);
}
