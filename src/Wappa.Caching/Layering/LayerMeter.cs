using System.Diagnostics.Metrics;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Layering;

/// <summary>What memory in front of a shared store answered by itself, for the meter <c>Wappa.Caching</c>. Tags: <c>backend</c>,
/// <c>scope</c> = <c>entries</c> or <c>records</c>.</summary>
/// <remarks>About, as <see cref="HitCounter"/> is: an exact count would cost a hit in memory more than the look-up.</remarks>
internal static class LayerMeter
{
    private static readonly Lock Gate = new();

    // Weakly: a store that is gone must not be kept for its numbers.
    private static readonly List<WeakReference<LayerCounters>> Watched = [];

    static LayerMeter()
    {
        Counter("hits", "Look-ups that this process's memory answered in place of the shared store.", static one => one.Hits);
        Counter("misses", "Look-ups that went to the shared store.", static one => one.Misses);
    }

    internal static LayerCounters Watch(string backend, KeyValuePair<string, object?> scope)
    {
        var counters = new LayerCounters(backend, scope);
        lock (Gate)
        {
            Watched.RemoveAll(static known => !known.TryGetTarget(out _));
            Watched.Add(new(counters));
        }

        return counters;
    }

    private static void Counter(string name, string description, Func<LayerCounters, HitCounter> value) =>
        CachingMeter.Meter.CreateObservableCounter($"wappa.caching.local.{name}", () => Measure(value), "{read}", description);

    private static List<Measurement<long>> Measure(Func<LayerCounters, HitCounter> value)
    {
        List<LayerCounters> alive = [];
        lock (Gate)
        {
            foreach (var known in Watched)
            {
                if (known.TryGetTarget(out var counters)) alive.Add(counters);
            }
        }

        return
        [
            .. alive.GroupBy(one => (one.Backend, one.Scope)).Select(same => new Measurement<long>(
                same.Sum(one => value(one).Sum), new("backend", same.Key.Backend), same.Key.Scope)),
        ];
    }
}

/// <summary>The counters of one layer.</summary>
internal sealed class LayerCounters(string backend, KeyValuePair<string, object?> scope)
{
    internal string Backend => backend;

    internal KeyValuePair<string, object?> Scope => scope;

    internal HitCounter Hits { get; } = new();

    internal HitCounter Misses { get; } = new();
}
