namespace Wappa.Graph;

/// <summary>How fast one number, or one number to one recipient, may send: a token bucket kept as the instant at which it
/// would be full again. Times are ticks of the limits' clock; the limits' lock guards it.</summary>
/// <remarks>A reservation is given out at once and for good, so who comes first goes first, however many wait. The limiters of
/// <c>System.Threading.RateLimiting</c> count by the machine's clock and know no <see cref="TimeProvider"/>.</remarks>
internal sealed class Pace
{
    private long _fullAt;

    /// <summary>Counts the pauses: a reservation made before the last one is worth nothing any more.</summary>
    internal int Pauses { get; private set; } = 1;

    /// <summary>How many requests in a row were refused, those of one volley counted once.</summary>
    internal int Failures { get; set; }

    /// <summary>Takes the next free instant.</summary>
    /// <param name="now">What the clock shows.</param>
    /// <param name="interval">One token; 0: there is no limit, only pauses.</param>
    /// <param name="burst">The tokens of a full bucket, 1 or more.</param>
    /// <returns>When to send, <paramref name="now"/> or later.</returns>
    internal long Reserve(long now, long interval, int burst)
    {
        var at = Math.Max(now, _fullAt - (interval * (burst - 1)));
        _fullAt = Math.Max(now, _fullAt) + interval;
        return at;
    }

    /// <summary>Nothing goes out before <paramref name="until"/>, and then one by one: the bucket is empty.</summary>
    internal void Pause(long until, long interval, int burst)
    {
        Pauses++;
        _fullAt = Math.Max(_fullAt, until + (interval * (burst - 1)));
    }

    /// <summary>Whether a new one would be the same.</summary>
    internal bool IsIdle(long now) => _fullAt <= now;
}
