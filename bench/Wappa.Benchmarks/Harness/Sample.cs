using System.Diagnostics;

namespace Wappa.Benchmarks.Harness;

/// <summary>One timed run of a case.</summary>
/// <param name="Nanoseconds">Per operation: processor time of the one thread, or wall time over several.</param>
/// <param name="Bytes">Allocated per operation.</param>
/// <param name="Disturbance">See <see cref="QuietWatch.Disturbance"/>.</param>
internal readonly record struct Sample(double Nanoseconds, double Bytes, double Disturbance)
{
    public bool IsDisturbed => Disturbance > 1;

    public static Sample Take(Case @case, int start, int operations) =>
        @case.Threads == 1 ? TakeOne(@case, start, operations) : TakeTogether(@case, start, operations * TogetherLonger / @case.Threads);

    private static Sample TakeOne(Case @case, int start, int operations)
    {
        var part = Part.Run(@case, start, operations, gate: null);
        return new(part.Cpu / operations, part.Bytes / operations, part.Disturbance);
    }

    // Waking the second processor takes tens of microseconds, which must not count for much in the wall time.
    private const int TogetherLonger = 8;

    // Wall time from the first start to the last end: how well threads share is what is asked here.
    private static Sample TakeTogether(Case @case, int start, int share)
    {
        var parts = new Part[@case.Threads];
        using var gate = new Barrier(@case.Threads);
        var threads = Enumerable.Range(0, @case.Threads)
            .Select(i => new Thread(() => parts[i] = Part.Run(@case, start + (i * share), share, gate))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        var time = Stopwatch.GetElapsedTime(parts.Min(part => part.Began), parts.Max(part => part.Ended));
        var operations = share * @case.Threads;
        var bytes = parts.Sum(part => part.Bytes) / operations;
        return new(time.TotalNanoseconds / operations, bytes, parts.Max(part => part.Disturbance));
    }

    /// <summary>What one thread did.</summary>
    private readonly record struct Part(long Began, long Ended, double Cpu, double Bytes, double Disturbance)
    {
        public static Part Run(Case @case, int start, int operations, Barrier? gate)
        {
            var watch = QuietWatch.Start();
            gate?.SignalAndWait();
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            var cpu = ThreadClock.Nanoseconds();
            var done = @case.Loop(start, operations).AtOnce();
            cpu = ThreadClock.Nanoseconds() - cpu;
            var ended = Stopwatch.GetTimestamp();
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            if (done != operations)
                throw new InvalidOperationException($"'{@case.Name}' did its job {done} times of {operations}.");
            var seconds = Stopwatch.GetElapsedTime(began, ended).TotalSeconds;
            return new(began, ended, cpu, bytes, watch.Disturbance(seconds, gate is null));
        }
    }
}
