using System.Globalization;

namespace Wappa.Benchmarks.Harness;

/// <summary>
/// Tells whether somebody else used the processors during a sample: the time this thread stood in the run queue (exact,
/// from the scheduler), and what the machine was busy with beyond this process (in ticks of 10 ms, steal included).
/// </summary>
/// <remarks>Outside Linux nothing is known, so nothing counts as disturbed.</remarks>
internal readonly struct QuietWatch
{
    private const double QueuedAtMostAlone = 0.05; // of the sample's time, which processor time leaves out
    private const double QueuedAtMostTogether = 0.01; // of the sample's time, which is wall time
    private const double OthersAtMost = 0.3; // of one processor
    private const double Tick = 0.01;

    private readonly double _queued;
    private readonly double _machine;
    private readonly double _process;

    private QuietWatch(double queued, double machine, double process)
    {
        _queued = queued;
        _machine = machine;
        _process = process;
    }

    public static QuietWatch Start() => new(QueuedSeconds(), MachineSeconds(), ProcessSeconds());

    /// <summary>How disturbed the time since the start was; up to 1 is quiet.</summary>
    public double Disturbance(double seconds, bool alone)
    {
        var queued = (QueuedSeconds() - _queued) / (alone ? QueuedAtMostAlone : QueuedAtMostTogether);
        var others = MachineSeconds() - _machine - (ProcessSeconds() - _process);
        return Math.Max(queued / seconds, (others - (2 * Tick)) / (OthersAtMost * seconds));
    }

    /// <summary>How long the machine's processors have been busy since it started, with anything.</summary>
    public static double MachineSeconds()
    {
        if (First("/proc/stat") is not { } line) return 0;

        // cpu user nice system idle iowait irq softirq steal: idle and iowait are not work.
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9];
        return ticks.Where((_, i) => i is not (3 or 4)).Sum(Number) * Tick;
    }

    private static double ProcessSeconds() =>
        OperatingSystem.IsLinux() ? Environment.CpuUsage.TotalTime.TotalSeconds : 0;

    private static double QueuedSeconds() =>
        First("/proc/thread-self/schedstat") is { } line ? Number(line.Split(' ')[1]) / 1e9 : 0;

    private static string? First(string path) =>
        OperatingSystem.IsLinux() && File.Exists(path) ? File.ReadLines(path).First() : null;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
