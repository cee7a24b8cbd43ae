using System.Diagnostics;

namespace Wappa.Benchmarks.Harness;

/// <summary>Runs a case until it runs evenly, and finds how much of it fills a sample.</summary>
internal static class WarmUp
{
    private const int FewOperations = 1000;
    private const int StableWindows = 4;
    private const double StableWithin = 0.06;
    private const int LongFactor = 4;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(25);

    /// <returns>How many operations fill the time of a sample.</returns>
    public static int Run(Case @case, RunSettings settings)
    {
        Compilation.Finish(@case);
        var began = Stopwatch.GetTimestamp();
        var windows = new List<Sample>();
        var operations = FewOperations;
        for (var start = 0; ; start = (start + operations) % (1 << 24))
        {
            windows.Add(Sample.Take(@case, start, operations));
            operations = Fill(Window, windows[^1].Nanoseconds);
            var elapsed = Stopwatch.GetElapsedTime(began);
            if (elapsed > settings.WarmUpAtMost || (elapsed > settings.WarmUpAtLeast && IsStable(windows))) break;
        }

        // A sample of what allocates must be long enough to pay for several collections, not for none or one by chance;
        // one of several threads, to make little of their starting and ending apart.
        var isLong = windows[^1].Bytes >= 1 || @case.Threads > 1;
        return Fill(isLong ? settings.SampleTime * LongFactor : settings.SampleTime, Last(windows).Median);
    }

    private static Figure Last(List<Sample> windows) =>
        Figure.Of(windows.TakeLast(StableWindows).Select(window => window.Nanoseconds));

    private static bool IsStable(List<Sample> windows)
    {
        if (windows.Count < StableWindows) return false;
        var last = Last(windows);
        return (last.Max - last.Min) / last.Median < StableWithin;
    }

    private static int Fill(TimeSpan time, double nanoseconds) =>
        (int)Math.Clamp(time.TotalNanoseconds / nanoseconds, FewOperations, 50_000_000) / 100 * 100;
}
