namespace Wappa.Caching.Redis.Records;

/// <summary>A lower bound of the server's clock, from what its replies said: at the moment a reply is seen, the server's clock shows
/// its time or more.</summary>
/// <remarks>An operation that is repeated must not be taken for new if it was made and forgotten. It cannot have been made before it
/// was first sent, so what the record has forgotten from before that instant does not matter.
/// <para>Assumed is that the two clocks go apart by less than a thousandth, and that nobody sets the server's back between the last reply
/// and the first sending. Whoever has heard nothing for a minute asks again first (<see cref="IsOld"/>), which keeps that short.</para>
/// </remarks>
internal sealed class ServerClock(TimeProvider time, bool hasManyServers)
{
    // The nodes of a cluster have clocks of their own, and a reply does not say whose it was. They are taken to be within a second.
    private const long DistanceOfNodes = 1_000_000;

    // Two clocks do not tick quite alike: quartz is off by some 100 millionths, and a clock that is being set right by 500 more.
    private const long Drift = 1_000;
    private const long DriftShare = 1_000;

    private const long Old = 60_000_000;
    private const long Unheard = long.MinValue;

    private long _ahead = Unheard;
    private long _heardAt;

    /// <summary>The last reply came so long ago that the server should be asked before its clock matters.</summary>
    internal bool IsOld => Volatile.Read(ref _ahead) != Unheard && Local - Volatile.Read(ref _heardAt) >= Old;

    /// <summary>A reply has come.</summary>
    /// <param name="microseconds">The server's clock when it was made.</param>
    internal void Heard(long microseconds)
    {
        var local = Local;
        Volatile.Write(ref _ahead, microseconds - local);
        Volatile.Write(ref _heardAt, local); // after it, and read before it: never a later instant than the distance's by more than a race
    }

    /// <summary>The server's clock shows this or more; 0 before the first reply.</summary>
    internal long AtLeast()
    {
        var heardAt = Volatile.Read(ref _heardAt);
        var ahead = Volatile.Read(ref _ahead);
        if (ahead == Unheard) return 0;
        var local = Local;
        return ahead + local - Drift - (Math.Max(local - heardAt, 0) / DriftShare) - (hasManyServers ? DistanceOfNodes : 0);
    }

    private long Local => (long)time.GetElapsedTime(0).TotalMicroseconds;
}
