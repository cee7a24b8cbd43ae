using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Json;

/// <summary>The JSON backend on a real disk.</summary>
internal static class JsonArea
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings, Sampler sampler)
    {
        await Console.Error.WriteLineAsync($"  on {Disk.FileSystem}, {Disk.Root}");
        return
        [
            .. DurableRows.Measure(settings),
            .. await JsonReads.MeasureAsync(sampler),
            .. await OpenRows.MeasureAsync(settings),
            .. await BackgroundRows.MeasureAsync(settings),
        ];
    }
}
