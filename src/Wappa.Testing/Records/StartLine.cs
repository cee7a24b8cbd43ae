namespace Wappa.Testing.Records;

/// <summary>A line that workers cross together, again and again. It spins: waking a thread that sleeps takes longer
/// than a hundred calls of a store in memory, so behind a lock the workers would run one by one and nothing would
/// overlap.</summary>
internal sealed class StartLine(int workers)
{
    private int _arrived;
    private int _crossings;
    private bool _open;

    /// <summary>Waits until every worker is here.</summary>
    internal void Cross()
    {
        var crossing = Volatile.Read(ref _crossings);
        if (Interlocked.Increment(ref _arrived) == workers)
        {
            _arrived = 0;
            Interlocked.Increment(ref _crossings);
            return;
        }

        for (var turn = 1; Volatile.Read(ref _crossings) == crossing && !Volatile.Read(ref _open); turn++)
        {
            Thread.SpinWait(10);
            if (turn % 1_000 == 0) Thread.Yield(); // the others may be waiting for this very core
        }
    }

    /// <summary>Lets everybody pass for good: a worker has failed and will not come again.</summary>
    internal void Open() => Volatile.Write(ref _open, true);
}
