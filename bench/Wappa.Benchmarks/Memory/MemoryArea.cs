using System.Globalization;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Memory;

/// <summary>What a record costs beyond its key and its JSON, with a million of them.</summary>
internal static class MemoryArea
{
    private const double MostBytes = 150;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var content = await BytesAsync(MemoryChild.KeysAndJson);
        var peer = await BytesAsync(MemoryChild.Peer) - content;
        var conditions = FormattableString.Invariant($"1,000,000; key + JSON {content:F0} B");
        return
        [
            Row("State record, TTL 30 min", await BytesAsync(MemoryChild.OursWithTtl) - content),
            Row("State record, no TTL", await BytesAsync(MemoryChild.Ours) - content),
        ];

        Row Row(string name, double bytes) => new(
            "memory beyond key and JSON", conditions, name, "IMemoryCache of byte[]", "B/record", Figure.Exactly(bytes),
            Figure.Exactly(peer), Figure.Exactly(bytes / peer), new Target(MostBytes, OfValue: true));
    }

    private static async Task<double> BytesAsync(string what) =>
        double.Parse(await ChildProcess.RunAsync(MemoryChild.Command, what), CultureInfo.InvariantCulture);
}
