using System.Globalization;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;
using Wappa.Caching;

namespace Wappa.Benchmarks.Json;

/// <summary>Reads: of records in memory beside the memory store, of records in files beside reading the file.</summary>
internal static class JsonReads
{
    private const string Keys = "random 10,000";
    private static readonly int[] Visits = Shuffled();

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Sampler sampler)
    {
        var folder = Disk.NewFolder("reads");
        using (var filling = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder }))
        {
            await FillAsync(filling);
        }

        return [.. await WarmAsync(sampler, folder), .. Cold(sampler, folder)];
    }

    private static async Task<IEnumerable<Row>> WarmAsync(Sampler sampler, string folder)
    {
        using var memory = new MemoryDocumentStore();
        using var json = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder });
        await FillAsync(memory);
        for (var key = 0; key < Payload.Keys; key++) await json.GetAsync(Payload.Record(key));
        var comparison = new Comparison(
            "read, record in memory", Keys, new Case("MemoryDocumentStore", LoopOver(new Memory(memory))),
            [new Case("JsonDocumentStore", LoopOver(new Json(json))) { Target = new Target(1.1) }]);
        return [.. Row.Of(comparison, sampler.Measure(comparison))];
    }

    // Nothing is kept, so that every read is one of a file, which the operating system has in memory for both.
    private static List<Row> Cold(Sampler sampler, string folder)
    {
        using var json = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder, MaxCachedBytes = 0 });
        string[] paths =
        [
            .. Enumerable.Range(0, Payload.Keys).Select(key => Path.Combine(folder, "states", Payload.Name(key) + ".json")),
        ];
        var loop = LoopOver(new Json(json));
        ThrowUnlessFiles(loop);
        var comparison = new Comparison(
            "read, record in its file", Keys, new Case("File.ReadAllBytes", (start, operations) => Files(paths, start, operations)),
            [new Case("JsonDocumentStore", loop) { Target = new Target(1) }]);
        return [.. Row.Of(comparison, sampler.Measure(comparison))];
    }

    // Compiled for each store on its own: with one loop for both, the compiler would bet on the one it saw first.
    private static Loop LoopOver<TStore>(TStore store)
        where TStore : struct, IReads => (start, operations) =>
    {
        var hits = 0;
        for (var i = 0; i < operations; i++)
        {
            if (store.Read(Payload.Record(Visits[(start + i) % Visits.Length])).AtOnce().IsHit) hits++;
        }

        return new(hits);
    };

    private static ValueTask<int> Files(string[] paths, int start, int operations)
    {
        var hits = 0;
        for (var i = 0; i < operations; i++)
        {
            if (File.ReadAllBytes(paths[Visits[(start + i) % Visits.Length]]).Length > 0) hits++;
        }

        return new(hits);
    }

    private static void ThrowUnlessFiles(Loop loop)
    {
        if (!File.Exists("/proc/self/io")) return;
        var before = ReadCalls();
        loop(0, Visits.Length).AtOnce();
        var calls = ReadCalls() - before;
        if (calls < Visits.Length) throw new InvalidOperationException($"{Visits.Length} cold reads made {calls} calls only.");
    }

    private static long ReadCalls() => long.Parse(
        File.ReadLines("/proc/self/io").First(line => line.StartsWith("syscr", StringComparison.Ordinal)).Split(' ')[1],
        CultureInfo.InvariantCulture);

    private static async Task FillAsync(IDocumentStore store)
    {
        // A document each, as records have: what a read touches is as far apart in memory for both.
        var json = Payload.Document.ToString();
        await store.WriteManyAsync([.. Enumerable.Range(0, Payload.Keys).Select(key =>
            new RecordWrite(Payload.Record(key), new RecordChange.Set(CacheDocument.Parse(json))))]);
    }

    private interface IReads
    {
        ValueTask<DocumentRecord> Read(RecordKey key);
    }

    private readonly struct Memory(MemoryDocumentStore store) : IReads
    {
        public ValueTask<DocumentRecord> Read(RecordKey key) => store.GetAsync(key);
    }

    private readonly struct Json(JsonDocumentStore store) : IReads
    {
        public ValueTask<DocumentRecord> Read(RecordKey key) => store.GetAsync(key);
    }

    private static int[] Shuffled()
    {
        int[] keys = [.. Enumerable.Range(0, Payload.Keys)];
        new Random(20250115).Shuffle(keys);
        return keys;
    }
}
