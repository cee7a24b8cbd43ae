using System.Diagnostics;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;
using Wappa.Caching;

namespace Wappa.Benchmarks.Json;

/// <summary>What goes on behind the writes, for orientation: files that follow, and expired ones that go.</summary>
internal static class BackgroundRows
{
    private const int Writers = 64;
    private const int Expiring = 20_000;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings) =>
        [await DistinctAsync(settings.WriteTime * 5), await SweepAsync()];

    // New records only: every one needs a file of its own, which is what a journal cannot share among writers.
    private static async Task<Row> DistinctAsync(TimeSpan time)
    {
        var folder = Disk.NewFolder("distinct");
        using var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder });
        var set = new RecordChange.Set(Payload.Document);
        var (next, began) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < time)
                await store.ApplyAsync(KeyOf(Interlocked.Increment(ref next)), set);
        })));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var lag = store.Status.FilesLag;
        store.Checkpoint();
        var filesPerSecond = next / Stopwatch.GetElapsedTime(began).TotalSeconds;
        return Row(
            FormattableString.Invariant($"{Writers} writers for {seconds:F0} s"),
            FormattableString.Invariant($"acknowledged; files lag {lag.TotalSeconds:F1} s"), next / seconds,
            "files, until they are up to date", filesPerSecond);
    }

    private static async Task<Row> SweepAsync()
    {
        var folder = Disk.NewFolder("sweep");
        using var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder });
        var set = new RecordChange.Set(Payload.Document, Ttl);
        await store.WriteManyAsync([.. Enumerable.Range(0, Expiring).Select(key => new RecordWrite(KeyOf(key), set))]);
        store.Checkpoint();
        var states = Path.Combine(folder, "states");
        await Task.Delay(Ttl);
        var began = Stopwatch.GetTimestamp();
        while (Directory.EnumerateFiles(states).Any())
        {
            if (Stopwatch.GetElapsedTime(began) > AtMost) throw new InvalidOperationException("Expired records stayed.");
            await Task.Delay(20);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return Row($"{Expiring} records with a file", "expired and gone", Expiring / seconds, "File.Delete", DeletesPerSecond());
    }

    private static double DeletesPerSecond()
    {
        var folder = Disk.NewFolder("deletes");
        for (var file = 0; file < Expiring; file++) File.WriteAllBytes(Path.Combine(folder, Payload.Name(file)), Payload.Line);
        var began = Stopwatch.GetTimestamp();
        foreach (var file in Directory.EnumerateFiles(folder)) File.Delete(file);
        return Expiring / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static RecordKey KeyOf(int record) => RecordKey.State("hotel123", Payload.UserOf(record), "pizza_order");

    private static Row Row(string conditions, string name, double value, string peer, double peerValue) => new(
        "records a second, in the background", $"{conditions}, {Disk.FileSystem}", name, peer, "/s", Figure.Exactly(value),
        Figure.Exactly(peerValue), Figure.Exactly(value / peerValue), null);
}
