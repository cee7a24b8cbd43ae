namespace Wappa.Caching.Json.Records;

/// <summary>The store's one sequence of revisions. It begins above every revision there was and above the wall clock's
/// microseconds, so that it does not go back even when the journal was deleted by hand.</summary>
internal sealed class Revisions(long highest)
{
    private long _highest = highest;

    internal long Highest => Volatile.Read(ref _highest);

    internal long Next() => Interlocked.Increment(ref _highest);

    /// <summary>A revision was found in a file; none that is given out from now on is lower.</summary>
    internal void AtLeast(long revision)
    {
        var known = Highest;
        while (revision > known)
        {
            var seen = Interlocked.CompareExchange(ref _highest, revision, known);
            if (seen == known) return;
            known = seen;
        }
    }
}
