using System.Diagnostics;

namespace Wappa.Benchmarks.Json;

/// <summary>How long single operations took, in steps of about 3 %.</summary>
internal sealed class Latencies
{
    private const int StepsPerDoubling = 24;
    private readonly long[] _counts = new long[StepsPerDoubling * 40];

    public long Count { get; private set; }

    public void Add(long timestamps)
    {
        var step = (int)(Math.Log2(Math.Max(1, timestamps)) * StepsPerDoubling);
        _counts[Math.Min(step, _counts.Length - 1)]++;
        Count++;
    }

    public void Add(Latencies other)
    {
        for (var step = 0; step < _counts.Length; step++) _counts[step] += other._counts[step];
        Count += other.Count;
    }

    /// <summary>The time that so large a part of the operations did not take longer than, in milliseconds.</summary>
    public double Milliseconds(double part)
    {
        var left = (long)Math.Ceiling(part * Count);
        for (var step = 0; step < _counts.Length; step++)
        {
            left -= _counts[step];
            if (left <= 0) return Math.Pow(2, (step + 1.0) / StepsPerDoubling) * 1000 / Stopwatch.Frequency;
        }

        throw new InvalidOperationException("Nothing was measured.");
    }
}
