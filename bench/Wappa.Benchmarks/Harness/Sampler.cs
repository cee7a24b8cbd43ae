using System.Diagnostics;

namespace Wappa.Benchmarks.Harness;

/// <summary>Measures the cases of a comparison in turns, so that what changes on the machine in the meantime changes
/// for all of them alike; disturbed samples are thrown away and taken again.</summary>
internal sealed class Sampler(RunSettings settings)
{
    private TimeSpan _patience = settings.Patience;

    public IReadOnlyList<Series> Measure(Comparison comparison)
    {
        Case[] cases = [comparison.Peer, .. comparison.Others];
        var operations = cases.Select(each => WarmUp.Run(each, settings)).ToArray();
        var series = cases.Select(each => new Series(each)).ToArray();
        for (var round = 0; round < settings.Samples; round++)
        {
            for (var i = 0; i < cases.Length; i++) Add(series[i], operations[i], round);
        }

        return series;
    }

    private void Add(Series series, int operations, int round)
    {
        while (true)
        {
            // One case's garbage is not the next one's bill; the short lead brings its data back into the caches.
            GC.Collect();
            Sample.Take(series.Case, 0, operations / 8);
            var began = Stopwatch.GetTimestamp();
            var sample = Sample.Take(series.Case, round * 7919, operations);
            if (!sample.IsDisturbed || _patience <= TimeSpan.Zero)
            {
                series.Samples.Add(sample);
                return;
            }

            series.ThrownAway++;
            Thread.Sleep(50);
            _patience -= Stopwatch.GetElapsedTime(began);
        }
    }
}

/// <summary>The samples of one case, in rounds.</summary>
internal sealed class Series(Case @case)
{
    public Case Case => @case;

    public List<Sample> Samples { get; } = [];

    public int ThrownAway { get; set; }

    /// <summary>Whether a disturbed sample had to be kept.</summary>
    public bool IsNoisy => Samples.Any(sample => sample.IsDisturbed);

    public Figure Nanoseconds => Figure.Of(Samples.Select(sample => sample.Nanoseconds));

    public double Bytes => Figure.Of(Samples.Select(sample => sample.Bytes)).Median;

    /// <summary>Round by round, so that each ratio is of neighbours in time.</summary>
    public Figure RatioTo(Series peer, RatioKind kind) => Figure.Of(Samples.Zip(peer.Samples, (ours, theirs) =>
        kind == RatioKind.Cost ? ours.Nanoseconds / theirs.Nanoseconds : theirs.Nanoseconds / ours.Nanoseconds));
}
