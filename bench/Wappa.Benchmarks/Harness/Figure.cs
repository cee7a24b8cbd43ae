namespace Wappa.Benchmarks.Harness;

/// <summary>What several samples say: the middle one and the extremes.</summary>
internal readonly record struct Figure(double Median, double Min, double Max)
{
    public static Figure Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0) throw new ArgumentException("A figure needs a sample.", nameof(samples));
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, sorted[0], sorted[^1]);
    }

    public static Figure Exactly(double value) => new(value, value, value);
}
