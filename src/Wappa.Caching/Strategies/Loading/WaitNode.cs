namespace Wappa.Caching.Loading;

/// <summary>Who waits and is waited for: a load, a writer's turn, a line of writers of one key.</summary>
internal abstract class WaitNode
{
    /// <summary>Whether nobody waits for it any more.</summary>
    internal abstract bool HasEnded { get; }

    /// <summary>Whom everybody in a line waits for first; null: it is no line. Whoever comes next has nothing to wait for by then, as it
    /// did not run while it stood in line.</summary>
    internal virtual WaitNode? Holder => null;

    /// <summary>What it waits for now. Under the lock of <see cref="FlightWaits"/>.</summary>
    internal List<WaitNode>? WaitsFor { get; set; }
}
