using System.Text;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>What a store was promised to hold if the machine stopped now.</summary>
/// <param name="History">Every state so far, oldest first; shared, so only the first <paramref name="Count"/> count.</param>
/// <param name="Count">How many of them had been reached.</param>
/// <param name="Durable">The last state that a power cut may not take back.</param>
/// <param name="InFlight">What may have happened on top of the last state: one of these lists, and of its units any.</param>
/// <param name="HighestRevision">The highest revision anybody has seen.</param>
/// <param name="Now">What time it was.</param>
internal sealed record Expectation(
    List<Moment> History, int Count, int Durable, IReadOnlyList<IReadOnlyList<Unit>> InFlight, long HighestRevision,
    DateTimeOffset Now)
{
    // After a kill: what would have been allowed after a power cut. Before the next opening is over: what the kill allows.
    private Expectation? Other { get; init; }

    /// <summary>The same after a kill: the operating system still has what it was given.</summary>
    internal Expectation AfterKill => Other ?? this with { Durable = Count - 1, Other = this };

    /// <summary>The same while the store is being opened again: it has promised nothing new yet, and the power may still go
    /// and take what the kill had left.</summary>
    internal Expectation WhileOpening => (Other ?? this) with { Other = this };

    /// <summary>Nothing but what was just seen.</summary>
    internal static Expectation Exactly(KeyState[] states, long highestRevision, DateTimeOffset now) =>
        new([new(states, [])], 1, 0, [], highestRevision, now);

    /// <summary>Whether these records may be what is left.</summary>
    internal bool Allows(KeyState[] found, DateTimeOffset now)
    {
        for (var i = Durable; i < Count; i++)
        {
            var last = i == Count - 1;
            if (!last && IsBetween(found, History[i], History[i + 1].Units, now, false)) return true;
            if (!last) continue;
            if (InFlight.Count == 0 && IsBetween(found, History[i], [], now, true)) return true;
            foreach (var units in InFlight)
            {
                if (IsBetween(found, History[i], units, now, true)) return true;
            }
        }

        return false;
    }

    internal string Explain(KeyState[] found)
    {
        var text = new StringBuilder().AppendLine($"found at {Now:HH:mm:ss.fff}:");
        for (var key = 0; key < found.Length; key++) text.AppendLine($"    {SimKeys.NameOf(key)}: {found[key]}");
        for (var i = Durable; i < Count; i++)
        {
            text.AppendLine(i == Count - 1 ? "acknowledged last:" : "acknowledged, may be the last that is left:");
            for (var key = 0; key < found.Length; key++) text.AppendLine($"    {SimKeys.NameOf(key)}: {History[i].States[key]}");
        }

        foreach (var unit in InFlight.SelectMany(units => units))
        {
            text.AppendLine(unit.IsObserved ? "in flight and already seen by a reader:" : "in flight:");
            foreach (var (key, next) in unit.Changes) text.AppendLine($"    {SimKeys.NameOf(key)}: {next}");
        }

        return text.ToString();
    }

    // Each unit has happened as a whole or not at all; no record is in two of them.
    private bool IsBetween(KeyState[] found, Moment before, IReadOnlyList<Unit> units, DateTimeOffset now, bool inFlight)
    {
        Span<bool> settled = stackalloc bool[found.Length];
        foreach (var unit in units)
        {
            var (all, none) = (true, !(inFlight && unit.IsObserved));
            foreach (var (key, next) in unit.Changes)
            {
                settled[key] = true;
                all &= Fits(found[key], next, now);
                none &= Fits(found[key], before.States[key], now);
            }

            if (!all && !none) return false;
        }

        for (var key = 0; key < found.Length; key++)
        {
            if (!settled[key] && !Fits(found[key], before.States[key], now)) return false;
        }

        return true;
    }

    private bool Fits(in KeyState found, in KeyState expected, DateTimeOffset now)
    {
        if (!expected.IsLive(now)) return found.Document is null;
        return found.Document is not null && found.Document.Equals(expected.Document) && found.ExpiresAt == expected.ExpiresAt &&
            (expected.Revision == 0 ? found.Revision > HighestRevision : found.Revision == expected.Revision);
    }
}
