namespace Wappa.Benchmarks.Harness;

/// <summary>The timed code: does an operation so many times and counts those that did what they should, which checks
/// the case and keeps its results from being optimised away.</summary>
/// <param name="start">Where in its keys to begin; any number from 0.</param>
/// <param name="operations">How many times.</param>
internal delegate ValueTask<int> Loop(int start, int operations);

/// <summary>One thing that is timed.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Loop">The code. It must complete at once: nothing here waits.</param>
/// <param name="Threads">How many threads run the loop at the same time, each its share.</param>
internal sealed record Case(string Name, Loop Loop, int Threads = 1)
{
    /// <summary>What is demanded of it beside its peer; null: it is printed for comparison only.</summary>
    public Target? Target { get; init; }
}

/// <summary>What is demanded of a figure.</summary>
/// <param name="Limit">For its ratio to the peer's.</param>
/// <param name="AtLeast">Whether more is better.</param>
/// <param name="MaxBytes">The most bytes an operation may allocate; null: any.</param>
/// <param name="OfValue">Whether the limit is for the figure itself, not for the ratio.</param>
internal sealed record Target(double Limit, bool AtLeast = false, double? MaxBytes = null, bool OfValue = false)
{
    public bool IsMet(double value, double ratio, double? bytes)
    {
        var figure = OfValue ? value : ratio;
        if (AtLeast ? figure < Limit : figure > Limit) return false;
        return MaxBytes is null || bytes is null || bytes <= MaxBytes;
    }
}

/// <summary>How two figures become a ratio.</summary>
internal enum RatioKind
{
    /// <summary>Cost of ours by cost of the peer: less is better.</summary>
    Cost,

    /// <summary>Throughput of ours by throughput of the peer: more is better.</summary>
    Throughput,
}

/// <summary>Cases that do the same job, measured in turns.</summary>
/// <param name="Area">What is compared, e.g. <c>read, immutable type</c>.</param>
/// <param name="Keys">Which keys it runs over.</param>
/// <param name="Peer">What the others are compared with.</param>
/// <param name="Others">Ours, and what else is worth seeing.</param>
/// <param name="Ratio">How.</param>
internal sealed record Comparison(
    string Area, string Keys, Case Peer, IReadOnlyList<Case> Others, RatioKind Ratio = RatioKind.Cost);
