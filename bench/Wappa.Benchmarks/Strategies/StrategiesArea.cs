using Wappa.Benchmarks.Cases;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Strategies;

/// <summary>Strategies over the memory store, beside <see cref="Microsoft.Extensions.Caching.Memory.IMemoryCache"/>.</summary>
internal static class StrategiesArea
{
    // Hits last: a collection looks at all that is kept for them.
    public static async Task<IReadOnlyList<Row>> MeasureAsync(Sampler sampler) =>
        [.. await MissesAsync(sampler), .. await WaiterRows.MeasureAsync(), .. await HitsAsync(sampler)];

    public static async Task<IReadOnlyList<Row>> MissesAsync(Sampler sampler)
    {
        using var caches = new OrderCaches();
        await caches.FillAsync(Users.Hot);
        return Measure(sampler, [MissCases.Miss(), MissCases.Set(caches)]);
    }

    public static async Task<IReadOnlyList<Row>> HitsAsync(Sampler sampler)
    {
        using var caches = new OrderCaches();
        await caches.FillAsync(Users.Count);
        return Measure(sampler, [.. All(hot: true), .. All(hot: false)]);

        IEnumerable<Comparison> All(bool hot) => [HitCases.Of(caches, hot), .. HitCases.TwoThreads(caches, hot)];
    }

    private static List<Row> Measure(Sampler sampler, IReadOnlyList<Comparison> comparisons) =>
        [.. comparisons.SelectMany(comparison => Row.Of(comparison, sampler.Measure(comparison)))];
}
