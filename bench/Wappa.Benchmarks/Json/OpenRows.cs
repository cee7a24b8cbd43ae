using System.Globalization;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Json;

/// <summary>Opening a large folder after a crash, each time in a new process.</summary>
internal static class OpenRows
{
    private const int Times = 3;
    private const double MostMilliseconds = 500;
    private const double MostMegabytes = 150;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings)
    {
        var folder = new RecordFolder(settings.RecordsOnDisk);
        var runs = new List<double[]>();
        for (var time = 0; time < Times; time++)
        {
            var line = await ChildProcess.RunAsync(OpenChild.Command, await folder.PrepareAsync());
            runs.Add([.. line.Split(' ').Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))]);
        }

        return
        [
            Row("until it serves", "ms", 0, "until its files are up to date", 2, new Target(MostMilliseconds, OfValue: true)),
            Row("resident memory, idle", "MB", 3, "just opened", 1, new Target(MostMegabytes, OfValue: true)),
        ];

        Row Row(string name, string unit, int figure, string peer, int other, Target target) => new(
            "open after a crash",
            $"{settings.RecordsOnDisk.ToString("N0", CultureInfo.InvariantCulture)} records, 64 MB journal, {Disk.FileSystem}", name,
            peer, unit, Figure.Of(runs.Select(run => run[figure])), Figure.Of(runs.Select(run => run[other])),
            Figure.Of(runs.Select(run => run[figure] / run[other])), target);
    }
}
