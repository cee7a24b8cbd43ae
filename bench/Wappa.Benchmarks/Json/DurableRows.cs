using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Json;

/// <summary>Acknowledged durable writes beside their peers.</summary>
internal static class DurableRows
{
    private const double MostMilliseconds = 1;
    private const int Usual = 64;

    private static readonly DurableCase Raw =
        new("raw log, group commit", folder => new RawLog(folder, preallocated: false));

    private static readonly DurableCase Preallocated =
        new("raw log, preallocated", folder => new RawLog(folder, preallocated: true));

    private static readonly DurableCase Sets = new("Set, any of 10,000", JsonWrites.Sets);
    private static readonly DurableCase Increments = new("Increment, own record", JsonWrites.Increments);
    private static readonly DurableCase Sqlite = new("SQLite WAL FULL, batched", folder => new SqliteWrites(folder));
    private static readonly DurableCase Files = new("file + sync + rename each", folder => new FilePerRecord(folder));

    private static readonly (int Writers, double AtLeast)[] OfRaw =
        [(1, 0.9), (16, 0.9), (Usual, 0.8), (DurableWrites.MostWriters, 0.6)];

    public static IReadOnlyList<Row> Measure(RunSettings settings) => [.. MeasureEach(settings)];

    private static IEnumerable<Row> MeasureEach(RunSettings settings)
    {
        foreach (var (writers, atLeast) in OfRaw)
        {
            DurableCase[] cases = writers == Usual
                ? [Sets, Increments, Raw, Preallocated, Sqlite, Files]
                : [Sets, Increments, Raw];
            var rounds = DurableWrites.Measure(settings, writers, cases);
            yield return PerSecond(0, 2, new Target(atLeast, AtLeast: true));
            yield return PerSecond(1, 2, new Target(atLeast, AtLeast: true));
            if (writers != Usual) continue;
            yield return PerSecond(0, 3, null);
            yield return PerSecond(0, 4, new Target(1.2, AtLeast: true));
            yield return PerSecond(0, 5, new Target(10, AtLeast: true));
            yield return Latency(0.5, "p50", null);
            yield return Latency(0.99, "p99", new Target(MostMilliseconds, OfValue: true));
            yield return Latency(0.999, "p99.9", null);

            Row PerSecond(int ours, int peer, Target? target) =>
                RowOf("durable writes a second", "", "/s", sample => sample.PerSecond, ours, peer, target);

            Row Latency(double part, string name, Target? target) => RowOf(
                "time to an acknowledged write", $", {name}", "ms", sample => sample.Latencies.Milliseconds(part), 0, 4, target);

            Row RowOf(
                string area, string suffix, string unit, Func<DurableSample, double> of, int ours, int peer, Target? target) => new(
                area, $"{writers} writers, {Disk.FileSystem}", cases[ours].Name + suffix, cases[peer].Name, unit,
                Figure.Of(rounds.Select(round => of(round[ours]))), Figure.Of(rounds.Select(round => of(round[peer]))),
                Figure.Of(rounds.Select(round => of(round[ours]) / of(round[peer]))), target)
            {
                Noisy = rounds.Any(round => round[ours].IsDisturbed || round[peer].IsDisturbed),
            };
        }
    }
}
