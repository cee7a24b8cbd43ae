using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Strategies;

/// <summary>Strategies over the memory store, beside <see cref="Microsoft.Extensions.Caching.Memory.IMemoryCache"/>.</summary>
internal static class StrategiesArea
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync(Sampler sampler)
    {
        var rows = new List<Row>();
        using var caches = new OrderCaches();
        await caches.FillAsync();
        foreach (var hot in (bool[])[true, false])
        {
            foreach (var hits in (IEnumerable<Comparison>)[HitCases.Of(caches, hot), .. HitCases.TwoThreads(caches, hot)])
                rows.AddRange(Row.Of(hits, sampler.Measure(hits)));
        }

        foreach (var comparison in (Comparison[])[MissCases.Miss(), MissCases.Set(caches)])
            rows.AddRange(Row.Of(comparison, sampler.Measure(comparison)));
        rows.AddRange(await WaiterRows.MeasureAsync());
        return rows;
    }
}
