namespace Wappa.Caching.Loading;

/// <summary>Which loads wait for which, of all caches of the process. A wait that would close a circle would never end, so it is
/// refused.</summary>
/// <remarks>
/// A load that asks for its own key is the smallest circle; A → B → A is one; and so are two callers of whom one loads A, which asks
/// for B, and the other B, which asks for A - where neither has both keys on its own stack. Only nested loads come here, so one lock is
/// enough.
/// </remarks>
internal static class FlightWaits
{
    private static readonly Lock Gate = new();

    /// <summary>The load of <paramref name="outer"/> begins to wait for <paramref name="inner"/>.</summary>
    /// <exception cref="InvalidOperationException">It would wait for itself.</exception>
    internal static void Begin(LoadFlight outer, LoadFlight inner)
    {
        lock (Gate)
        {
            if (Reaches(inner, outer, [])) throw Circle(ReferenceEquals(outer, inner));
            (outer.WaitsFor ??= []).Add(inner);
        }
    }

    internal static void End(LoadFlight outer, LoadFlight inner)
    {
        lock (Gate) outer.WaitsFor?.Remove(inner);
    }

    private static bool Reaches(LoadFlight from, LoadFlight to, HashSet<LoadFlight> seen)
    {
        if (ReferenceEquals(from, to)) return true;
        if (from.WaitsFor is null || !seen.Add(from)) return false;
        foreach (var next in from.WaitsFor)
        {
            if (!next.HasEnded && Reaches(next, to, seen)) return true;
        }

        return false;
    }

    private static InvalidOperationException Circle(bool isItself) => new(
        (isItself ? "A load asked the cache for the very key it is loading" : "Loads wait for each other in a circle") +
        ", which would never end. Let the load read its source, or cache the part that both need under a key of its own.");
}
