using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Wappa.Benchmarks.Harness;

/// <summary>The processor time of the current thread where the system tells it exactly (Linux), else wall time. A
/// thread that only computes uses both alike, but standing in the run queue behind a neighbour is none of its
/// own.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    public static double Nanoseconds()
    {
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess &&
            ClockGetTime(ThreadCpuTime, out var now) == 0)
        {
            return (now.Seconds * 1e9) + now.Nanoseconds;
        }

        return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
