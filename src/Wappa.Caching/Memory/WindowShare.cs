namespace Wappa.Caching.Memory;

/// <summary>Which share of the room the newcomers' window has: it climbs to where more reads hit. Where keys are asked for a few
/// times in a row and then never again, a large window is right; where some are popular for long, a small one.</summary>
/// <remarks>Source: Einziger, Eytan, Friedman and Manes, <i>Adaptive Software Cache Management</i>, Middleware 2018. One step,
/// then a look whether the hit rate rose; if it fell, the other way. Steps get smaller until the hit rate jumps. Not
/// thread-safe: under the store's lock.</remarks>
internal sealed class WindowShare
{
    private const double Least = 0.01;
    private const double MostShare = 0.8;
    private const double FirstStep = 1.0 / 16;
    private const double Shrinks = 0.98;
    private const double Jump = 0.05;         // of the hit rate: something else is going on, so look around again
    private const double Noise = 0.01;
    private const int RequestsPerEntry = 4;   // in one look
    private const int FewestRequests = 4_000; // fewer would show chance
    private const int MissesPerCheck = 16;    // adding up the hits costs as much as a small write

    private double _share = Least;
    private double _step = FirstStep;
    private double _rate;
    private long _hitsBefore;
    private long _misses;

    /// <summary>The share of a limit, 1 at least.</summary>
    internal long Of(long limit) => Math.Max(1, (long)(limit * _share));

    /// <summary>Counts a read that found nothing.</summary>
    internal void CountMiss(HitCounter counter, int entries)
    {
        if (++_misses % MissesPerCheck != 0) return;
        var hits = counter.Sum - _hitsBefore;
        if (hits + _misses < Math.Max(FewestRequests, (long)RequestsPerEntry * entries)) return;
        var rate = hits / (double)(hits + _misses);
        var rise = rate - _rate;

        // What makes no difference is undone: a small window is right more often.
        if (Math.Abs(rise) < Noise) _step = -Math.Abs(_step);
        else if (rise < 0) _step = -_step;
        _share = Math.Clamp(_share + _step, Least, MostShare);
        _step = Math.Abs(rise) >= Jump ? Math.CopySign(FirstStep, _step) : _step * Shrinks;
        _rate = rate;
        _hitsBefore += hits;
        _misses = 0;
    }
}
