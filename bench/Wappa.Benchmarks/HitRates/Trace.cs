namespace Wappa.Benchmarks.HitRates;

/// <summary>What is asked for, in order. Everything is drawn from seeded generators: the same in each run.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Keys">How many keys there are; a cache size is a share of them.</param>
/// <param name="Requests">The key of each request.</param>
internal sealed record Trace(string Name, int Keys, int[] Requests)
{
    private const int Many = 100_000;
    private const int Length = 1_000_000;

    /// <summary>Bytes of each key's value; null: all alike, and the limit is a number of entries.</summary>
    public int[]? Sizes { get; init; }

    /// <summary>Whether an ideal cache is one that knows what is popular, so that we must come close to the optimum.</summary>
    public bool IsSkewed { get; init; }

    public static IEnumerable<Func<Trace>> All =>
    [
        () => Zipf(0.7), () => Zipf(0.9), () => Zipf(1.0), Loop, Scan, ReadTwice, ZipfAndScan, Shifting, Sized,
    ];

    private static Trace Zipf(double skew) =>
        new(Invariant($"Zipf {skew:0.0}"), Many, Draw(new ZipfKeys(Many, skew, seed: 1))) { IsSkewed = true };

    // Ten times over the same keys, in the same order.
    private static Trace Loop() => new("loop", Many, [.. Enumerable.Range(0, Length).Select(i => i % Many)]);

    // No key ever comes again: all that can go wrong is the cost.
    private static Trace Scan() => new("scan", Length, [.. Enumerable.Range(0, Length)]);

    // Each key comes twice within 60 requests, and then never again: recency is all there is.
    private static Trace ReadTwice()
    {
        const int Apart = 60;
        var requests = new int[Length];
        for (var i = 0; i < Length; i++) requests[i] = i % 2 == 0 ? i / 2 : Math.Max(0, (i - Apart) / 2);
        return new("read twice soon", Many, requests);
    }

    // A popular set, and four times something that walks over 50,000 keys nobody asks for.
    private static Trace ZipfAndScan()
    {
        var keys = new ZipfKeys(Many, 0.9, seed: 2);
        var requests = new List<int>(Length);
        for (var scan = 0; requests.Count < Length; scan++)
        {
            for (var i = 0; i < 150_000; i++) requests.Add(keys.Next());
            for (var i = 0; i < 50_000; i++)
            {
                requests.Add(Many + (scan * 50_000) + i);
                requests.Add(keys.Next());
            }
        }

        return new("Zipf 0.9 + scans", Many, [.. requests.Take(Length)]);
    }

    // Every 100,000 requests other keys are the popular ones.
    private static Trace Shifting()
    {
        var keys = new ZipfKeys(Many, 0.9, seed: 3);
        var requests = new int[Length];
        for (var i = 0; i < Length; i++)
        {
            if (i % 100_000 == 0) keys.Shuffle();
            requests[i] = keys.Next();
        }

        return new("shifting Zipf 0.9", Many, requests);
    }

    // From 32 bytes to 8 KB, each power of two as likely as the next; size and popularity have nothing to do with each other.
    private static Trace Sized()
    {
        var random = new Random(5);
        int[] sizes = [.. Enumerable.Range(0, Many).Select(_ => (int)Math.Pow(2, 5 + (random.NextDouble() * 8)))];
        return new("Zipf 0.9, sizes vary", Many, Draw(new ZipfKeys(Many, 0.9, seed: 4))) { Sizes = sizes };
    }

    private static int[] Draw(ZipfKeys keys)
    {
        var requests = new int[Length];
        for (var i = 0; i < Length; i++) requests[i] = keys.Next();
        return requests;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
