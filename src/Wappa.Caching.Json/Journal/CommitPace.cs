using System.Diagnostics;

namespace Wappa.Caching.Json.Journal;

/// <summary>
/// On a slow disk, waits a moment after a batch so that the writers it has just woken get into the next one. Without it, each
/// batch has half of the writers, and each of them waits for two syncs.
/// </summary>
/// <remarks>Only where a commit takes more than half a millisecond, and at most 5 % of that: on a fast disk the wait costs more
/// than it brings.</remarks>
internal sealed class CommitPace(Func<TimeSpan> commitTime)
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(0.2);

    /// <summary>Waits until as many lines are there as the last batch had, or the time is over.</summary>
    internal void Gather<TItem>(int lines, Journal<TItem> journal)
    {
        var time = commitTime();
        if (time < Slow || lines < 2) return;
        var longest = time / 20 < Longest ? time / 20 : Longest;
        var began = Stopwatch.GetTimestamp();
        while (journal.Waiting < lines && Stopwatch.GetElapsedTime(began) < longest) Thread.Yield();
    }
}
