using System.Diagnostics;
using Wappa.Benchmarks.Adapters;
using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Entries;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.HitRates;
using Wappa.Benchmarks.Http;
using Wappa.Benchmarks.Json;
using Wappa.Benchmarks.Memory;
using Wappa.Benchmarks.Redis;
using Wappa.Benchmarks.Report;
using Wappa.Benchmarks.Strategies;
using Wappa.Benchmarks.Turns;
using Wappa.Benchmarks.Webhook;

namespace Wappa.Benchmarks;

/// <summary>One run: measures the areas asked for, shows the table, writes the file.</summary>
internal static class Run
{
    private static readonly string[] OnRequest =
        ["steps", "strategies-misses", "strategies-waiters", "strategies-hits", "json-writes", "json-reads", "json-open", "json-files"];

    private static readonly Dictionary<string, Func<RunSettings, Sampler, Task<IReadOnlyList<Row>>>> Areas = new()
    {
        ["read"] = (_, sampler) => WithOrdersAsync(sampler, (stores, hot) => [ReadCases.Immutable(stores, hot)]),
        ["mutable"] = (_, sampler) => WithOrdersAsync(sampler, (stores, hot) => [ReadCases.Mutable(stores, hot)]),
        ["set"] = (_, sampler) => WithOrdersAsync(sampler, (stores, hot) => [WriteCases.Set(stores, hot)]),
        ["increment"] = (_, sampler) => IncrementsAsync(sampler),
        ["threads"] = (_, sampler) => WithOrdersAsync(sampler, ReadCases.TwoThreads),
        ["adapters"] = (_, sampler) => AdaptersArea.MeasureAsync(sampler),
        ["layer"] = (_, sampler) => LayersAsync(sampler),
        ["strategies"] = (_, sampler) => StrategiesArea.MeasureAsync(sampler),
        ["memory"] = (_, _) => MemoryArea.MeasureAsync(),
        ["entries"] = (_, sampler) => EntriesAsync(sampler),
        ["memory-entries"] = (_, _) => EntryMemoryArea.MeasureAsync(),
        ["hit-rates"] = (_, _) => Task.FromResult(HitRateArea.Measure()),
        ["json"] = JsonArea.MeasureAsync,
        ["webhook"] = (settings, _) => WebhookArea.MeasureAsync(settings),
        ["http"] = (settings, _) => HttpArea.MeasureAsync(settings),
        ["turns"] = (settings, _) => TurnsArea.MeasureAsync(settings),
        ["redis"] = (settings, _) => RedisArea.MeasureAsync(settings),
        ["json-writes"] = (settings, _) => Task.FromResult(DurableRows.Measure(settings)),
        ["json-reads"] = (_, sampler) => JsonReads.MeasureAsync(sampler),
        ["json-open"] = (settings, _) => OpenRows.MeasureAsync(settings),
        ["json-files"] = (settings, _) => BackgroundRows.MeasureAsync(settings),
        ["strategies-misses"] = (_, sampler) => StrategiesArea.MissesAsync(sampler),
        ["strategies-waiters"] = (_, _) => WaiterRows.MeasureAsync(),
        ["strategies-hits"] = (_, sampler) => StrategiesArea.HitsAsync(sampler),
        ["steps"] = (_, sampler) => WithOrdersAsync(sampler, StepCases.Of),
    };

    public static async Task<int> MainAsync(string[] arguments)
    {
        var settings = arguments.Contains("quick") ? RunSettings.Quick : RunSettings.Full;
        string[] areas = [.. arguments.Where(argument => argument is not ("quick" or "full"))];
        if (areas.Length == 0) areas = [.. Areas.Keys.Where(area => !OnRequest.Contains(area))];
        if (areas.FirstOrDefault(area => !Areas.ContainsKey(area)) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"There is no area '{unknown}'. Usage: bench.sh [quick] [{string.Join(" | ", Areas.Keys)}]…");
            return 2;
        }

        var began = Stopwatch.GetTimestamp();
        var sampler = new Sampler(settings);
        var rows = new List<Row>();
        foreach (var area in areas)
        {
            await Console.Error.WriteLineAsync($"measuring {area} …");
            rows.AddRange(await Areas[area](settings, sampler));
            GC.Collect();
        }

        ScreenTable.Write(Console.Out, rows);
        var path = Path.GetFullPath(Path.Combine("bench", "results", "latest.json"));
        await JsonReport.WriteAsync(path, settings.Name, rows);
        Console.WriteLine($"{path}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        return 0;
    }

    private static async Task<IReadOnlyList<Row>> WithOrdersAsync(
        Sampler sampler, Func<Stores, bool, IEnumerable<Comparison>> comparisons)
    {
        using var stores = await Stores.FillAsync(Order.Of);
        return Measure(sampler, hot => comparisons(stores, hot));
    }

    private static Task<IReadOnlyList<Row>> EntriesAsync(Sampler sampler)
    {
        using var entries = new EntryCases();
        return Task.FromResult<IReadOnlyList<Row>>(Measure(sampler, entries.Comparisons));
    }

    private static async Task<IReadOnlyList<Row>> IncrementsAsync(Sampler sampler)
    {
        using var baskets = await Stores.FillAsync(Basket.Of);
        using var stats = await Stores.FillAsync(UserStats.Of);
        return
        [
            .. Measure(sampler, hot => [WriteCases.Increment(baskets, "five-field record", "items", hot)]),
            .. Measure(sampler, hot => [WriteCases.Increment(stats, "stats record", "message_count", hot)]),
        ];
    }

    private static async Task<IReadOnlyList<Row>> LayersAsync(Sampler sampler)
    {
        await using var layers = await LayerCases.FillAsync();
        return Measure(sampler, layers.Of);
    }

    private static List<Row> Measure(Sampler sampler, Func<bool, IEnumerable<Comparison>> comparisons)
    {
        var rows = new List<Row>();
        foreach (var hot in (bool[])[true, false])
        {
            foreach (var comparison in comparisons(hot)) rows.AddRange(Row.Of(comparison, sampler.Measure(comparison)));
        }

        return rows;
    }
}
