namespace Wappa.Caching.Redis.Records;

/// <summary>A lower bound of the server's clock, from what its replies said: at the moment a reply is seen, the server's clock shows
/// its time or more.</summary>
/// <remarks>An operation that is repeated must not be taken for new if it was made and forgotten. It cannot have been made before it
/// was first sent, so what the record has forgotten from before that instant does not matter.</remarks>
internal sealed class ServerClock(TimeProvider time, bool hasManyServers)
{
    // The nodes of a cluster have clocks of their own, and a reply does not say whose it was. They are taken to be within a second.
    private const long DistanceOfNodes = 1_000_000;

    // Two clocks do not tick quite alike, but nearly, and replies are frequent.
    private const long Drift = 1_000;

    private const long Unheard = long.MinValue;

    private long _ahead = Unheard;

    /// <summary>A reply has come.</summary>
    /// <param name="microseconds">The server's clock when it was made.</param>
    internal void Heard(long microseconds) => Volatile.Write(ref _ahead, microseconds - Local);

    /// <summary>The server's clock shows this or more; 0 before the first reply.</summary>
    internal long AtLeast()
    {
        var ahead = Volatile.Read(ref _ahead);
        return ahead == Unheard ? 0 : ahead + Local - Drift - (hasManyServers ? DistanceOfNodes : 0);
    }

    private long Local => (long)time.GetElapsedTime(0).TotalMicroseconds;
}
