using System.Diagnostics;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>How a call ended.</summary>
internal enum Told
{
    Made,
    Unknown,
    NotMade,
}

/// <summary>What all callers of a workload together were told, and how long it took.</summary>
internal sealed class Tally
{
    private long _made;
    private long _unknown;
    private long _notMade;
    private long _slowest;
    private long _back;

    internal long Made => Volatile.Read(ref _made);

    internal long Unknown => Volatile.Read(ref _unknown);

    internal long NotMade => Volatile.Read(ref _notMade);

    /// <summary>The longest any caller waited for an answer of whatever kind.</summary>
    internal TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref _slowest));

    /// <summary>When the server was back, as a timestamp; 0: it is not.</summary>
    internal long Back => Volatile.Read(ref _back);

    internal void NoteBack(bool isBack) => Volatile.Write(ref _back, isBack ? Stopwatch.GetTimestamp() : 0);

    /// <summary>Makes a call and counts how it ended. Only what the store may fail with is counted: anything else ends the test.</summary>
    internal async Task<Told> AskAsync(Func<ValueTask> call)
    {
        var began = Stopwatch.GetTimestamp();
        Told told;
        try
        {
            await call();
            told = Told.Made;
        }
        catch (CacheStoreException error)
        {
            told = error.OutcomeUnknown ? Told.Unknown : Told.NotMade;
        }

        var took = Stopwatch.GetElapsedTime(began).Ticks;
        for (var seen = Volatile.Read(ref _slowest); took > seen; seen = Volatile.Read(ref _slowest))
            Interlocked.CompareExchange(ref _slowest, took, seen);
        Interlocked.Increment(ref told == Told.Made ? ref _made : ref told == Told.Unknown ? ref _unknown : ref _notMade);
        return told;
    }
}
