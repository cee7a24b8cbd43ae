namespace Wappa.Benchmarks.HitRates;

/// <summary>Draws keys by Zipf's law: the n-th most popular is asked for 1/n^s as often as the first.</summary>
internal sealed class ZipfKeys
{
    private readonly Random _random;
    private readonly double[] _upTo;
    private readonly int[] _keys;

    public ZipfKeys(int keys, double skew, int seed)
    {
        _random = new Random(seed);
        _upTo = new double[keys];
        var sum = 0.0;
        for (var rank = 0; rank < keys; rank++) _upTo[rank] = sum += 1 / Math.Pow(rank + 1, skew);
        _keys = [.. Enumerable.Range(0, keys)];
        Shuffle();
    }

    /// <summary>Makes others popular.</summary>
    public void Shuffle() => _random.Shuffle(_keys);

    public int Next()
    {
        var rank = Array.BinarySearch(_upTo, _random.NextDouble() * _upTo[^1]);
        return _keys[Math.Min(rank < 0 ? ~rank : rank, _keys.Length - 1)];
    }
}
