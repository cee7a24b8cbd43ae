using Wappa.Caching.Writing;

namespace Wappa.Caching.Loading;

/// <summary>Which loads and writes wait for which, of all caches of the process. A wait that would close a circle would never end, so it
/// is refused.</summary>
/// <remarks>
/// <para>A load that asks for its own key is the smallest circle; A → B → A is one; and so are two callers of whom one loads A, which asks
/// for B, and the other B, which asks for A - where neither has both keys on its own stack. A load that writes a key, while the writer
/// whose turn it is waits for that load, is one too: loads and turns are in one graph.</para>
/// <para>Only nested waits come here, so one lock is enough. It is taken within the lock of a <see cref="KeyOrder"/>, never the other
/// way.</para>
/// </remarks>
internal static class FlightWaits
{
    private static readonly Lock Gate = new();

    /// <summary>The caller's code, which is part of a load or a write or of neither, begins to wait.</summary>
    /// <returns>Ends the wait when it is disposed of.</returns>
    /// <exception cref="InvalidOperationException">It would wait for itself.</exception>
    internal static Wait Begin(LoadFlight? load, KeyOrder.Turn? write, WaitNode target)
    {
        if (load is null && write is null) return default;
        lock (Gate)
        {
            for (var outer = write; outer is not null; outer = outer.Outer) ThrowIfCircular(outer, target);
            if (load is not null) ThrowIfCircular(load, target);
            for (var outer = write; outer is not null; outer = outer.Outer) (outer.WaitsFor ??= []).Add(target);
            if (load is not null) (load.WaitsFor ??= []).Add(target);
        }

        return new(load, write, target);
    }

    /// <summary>Why code of a load must not be given a stale value of a key: the load that will replace it waits for this one, or is this
    /// one. Null: it may.</summary>
    internal static InvalidOperationException? CircleOf(LoadFlight load, LoadFlight target)
    {
        lock (Gate) return Reaches(target, load, []) ? Circle(load, target) : null;
    }

    /// <summary>Whether an error is, or comes from, a wait that was refused: a mistake in the app's code, which no stale value
    /// hides.</summary>
    internal static bool IsCircle(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is CircleException) return true;
        }

        return false;
    }

    private static void ThrowIfCircular(WaitNode outer, WaitNode target)
    {
        if (Reaches(target, outer, [])) throw Circle(outer, target);
    }

    private static bool Reaches(WaitNode from, WaitNode to, HashSet<WaitNode> seen)
    {
        if (ReferenceEquals(from, to)) return true;
        if (from.HasEnded || !seen.Add(from)) return false;
        if (from.Holder is { } holder && Reaches(holder, to, seen)) return true;
        if (from.WaitsFor is null) return false;
        foreach (var next in from.WaitsFor)
        {
            if (Reaches(next, to, seen)) return true;
        }

        return false;
    }

    private static CircleException Circle(WaitNode outer, WaitNode target) => new((outer, target) switch
    {
        (LoadFlight, LoadFlight) =>
            (ReferenceEquals(outer, target)
                ? "A load asked the cache for the very key it is loading"
                : "Loads wait for each other in a circle") +
            ", which would never end. Let the load read its source, or cache the part that both need under a key of its own.",
        (KeyOrder.Turn, not LoadFlight) =>
            "A write of a cache waits for itself: within it, the same key is written, or one whose writer waits for this one. Take the " +
            "inner write out of persist.",
        _ =>
            "A load and a write of a cache wait for each other, which would never end: the load writes a key whose writer waits for " +
            "it. Let the load read its source only, and write when it has ended.",
    });

    /// <summary>A wait that has begun.</summary>
    internal readonly struct Wait(LoadFlight? load, KeyOrder.Turn? write, WaitNode target) : IDisposable
    {
        public void Dispose()
        {
            if (target is null) return;
            lock (Gate)
            {
                for (var outer = write; outer is not null; outer = outer.Outer) outer.WaitsFor?.Remove(target);
                load?.WaitsFor?.Remove(target);
            }
        }
    }

    private sealed class CircleException(string message) : InvalidOperationException(message);
}
