using System.Globalization;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Memory;
using Wappa.Benchmarks.Report;
using Wappa.Caching.Memory;

namespace Wappa.Benchmarks.Entries;

/// <summary>What an entry costs beyond its key and its value, with a million of them in a store that is full.</summary>
internal static class EntryMemoryArea
{
    private const double MostBytes = 130;

    // What key and array are, beyond characters and bytes: counted with the key and the value here, with the entry there.
    private const double TwoHeaders = 22 + 24 + 4;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var content = await BytesAsync(MemoryChild.KeysAndJson);
        var peer = await BytesAsync(MemoryChild.Peer) - content;
        var withTtl = await BytesAsync(MemoryChild.EntriesWithTtl) - content;
        var conditions = FormattableString.Invariant($"1,000,000; key + value {content:F0} B");
        return
        [
            Row("entry, TTL 30 min", withTtl, peer, MostBytes),
            Row("entry, no TTL", await BytesAsync(MemoryChild.Entries) - content, peer, MostBytes),
            Row("entry, TTL, sliding, a tag", await BytesAsync(MemoryChild.TaggedEntries) - content, peer, null),
            Row("entry, TTL, with the headers of key and array", withTtl + TwoHeaders, MemoryEntry.Overhead, null,
                "what the store counts for it"),
        ];

        Row Row(string name, double bytes, double its, double? most, string whose = "IMemoryCache of byte[]") => new(
            "memory beyond key and value", conditions, name, whose, "B/entry", Figure.Exactly(bytes), Figure.Exactly(its),
            Figure.Exactly(bytes / its), most is { } limit ? new Target(limit, OfValue: true) : null);
    }

    private static async Task<double> BytesAsync(string what) =>
        double.Parse(await ChildProcess.RunAsync(MemoryChild.Command, what), CultureInfo.InvariantCulture);
}
