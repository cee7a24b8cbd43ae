using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Report;

/// <summary>The report as a table of text.</summary>
internal static class ScreenTable
{
    private static readonly string[] Head =
        ["case", "keys", "ours", "B/op", "peer", "its", "ratio (min-max)", "target", ""];

    public static void Write(TextWriter screen, IReadOnlyList<Row> rows)
    {
        string? area = null;
        var widths = Widths(rows);
        foreach (var row in rows)
        {
            if (row.Area != area)
            {
                screen.WriteLine();
                screen.WriteLine($"== {row.Area}");
                Line(screen, Head, widths);
                area = row.Area;
            }

            Line(screen, Cells(row), widths);
        }

        screen.WriteLine();
        var judged = rows.Where(row => row.Met is not null).ToList();
        screen.WriteLine(Invariant($"{judged.Count(row => row.Met == true)} of {judged.Count} targets met."));
        if (rows.Any(row => row.Noisy))
            screen.WriteLine("~ Something else used the processors: disturbed samples had to be kept. Repeat the run.");
    }

    private static string[] Cells(Row row) =>
    [
        row.Case, row.Keys, Value(row.Value.Median, row.Unit),
        row.BytesPerOperation is { } bytes ? Invariant($"{bytes:0.#}") : "",
        row.Peer, Value(row.PeerValue.Median, row.Unit),
        Invariant($"{row.Ratio.Median:0.00} ({row.Ratio.Min:0.00}-{row.Ratio.Max:0.00})"), Target(row),
        (row.Met switch { true => "met", false => "MISSED", null => "" }) + (row.Noisy ? " ~" : ""),
    ];

    private static string Target(Row row) => row.Target is not { } target ? "" : string.Concat(
        target.AtLeast ? ">= " : "<= ",
        target.OfValue ? Value(target.Limit, row.Unit) : Invariant($"{target.Limit:0.0#}"),
        target.MaxBytes is { } bytes ? Invariant($", {bytes:0} B") : "");

    private static string Value(double value, string unit) =>
        value < 100 ? Invariant($"{value:0.0} {unit}") : Invariant($"{value:#,0} {unit}");

    private static int[] Widths(IReadOnlyList<Row> rows) =>
        [.. Head.Select((title, column) => rows.Select(row => Cells(row)[column].Length).Append(title.Length).Max())];

    private static void Line(TextWriter screen, string[] cells, int[] widths) =>
        screen.WriteLine(string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
