using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Report;

/// <summary>One line of the report: a case beside its peer.</summary>
/// <param name="Area">What is compared.</param>
/// <param name="Keys">Over which keys, or under which conditions.</param>
/// <param name="Case">What was measured.</param>
/// <param name="Peer">What it is compared with.</param>
/// <param name="Unit">Of <paramref name="Value"/> and <paramref name="PeerValue"/>.</param>
/// <param name="Value">The case's own figure.</param>
/// <param name="PeerValue">The peer's.</param>
/// <param name="Ratio">The two beside each other; its direction is in <paramref name="Target"/>.</param>
/// <param name="Target">What is demanded; null: nothing, the row is for comparison.</param>
internal sealed record Row(
    string Area, string Keys, string Case, string Peer, string Unit,
    Figure Value, Figure PeerValue, Figure Ratio, Target? Target)
{
    /// <summary>Allocated per operation; null where it was not measured.</summary>
    public double? BytesPerOperation { get; init; }

    /// <summary>The same of the peer.</summary>
    public double? PeerBytesPerOperation { get; init; }

    /// <summary>Samples thrown away because something else used the processors.</summary>
    public int ThrownAway { get; init; }

    /// <summary>Whether disturbed samples had to be kept.</summary>
    public bool Noisy { get; init; }

    public bool? Met => Target?.IsMet(Value.Median, Ratio.Median, BytesPerOperation);

    public static IEnumerable<Row> Of(Comparison comparison, IReadOnlyList<Series> series) =>
        series.Skip(1).Select(ours => new Row(
            comparison.Area, comparison.Keys, ours.Case.Name, comparison.Peer.Name, "ns",
            ours.Nanoseconds, series[0].Nanoseconds, ours.RatioTo(series[0], comparison.Ratio), ours.Case.Target)
        {
            BytesPerOperation = Math.Round(ours.Bytes, 1),
            PeerBytesPerOperation = Math.Round(series[0].Bytes, 1),
            ThrownAway = ours.ThrownAway + series[0].ThrownAway,
            Noisy = ours.IsNoisy || series[0].IsNoisy,
        });
}
