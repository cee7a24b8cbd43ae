using System.Collections.Concurrent;

namespace Wappa.Caching.Loading;

/// <summary>The flights of all caches of a context, for what changes entries of more than one: a tag, a key of a namespace they
/// share.</summary>
internal sealed class FlightRegistry
{
    private readonly ConcurrentDictionary<string, NamespaceFlights> _namespaces = new(StringComparer.Ordinal);

    /// <summary>The flights of the caches of one namespace.</summary>
    internal NamespaceFlights Of(string ns) => _namespaces.GetOrAdd(ns, static _ => new NamespaceFlights());

    /// <summary>Keys of any cache have changed: no later caller joins a flight that is in the air.</summary>
    internal void DetachAll()
    {
        foreach (var (_, flights) in _namespaces) flights.DetachAll();
    }
}

/// <summary>The flights of the caches of one namespace. They have the same keys, and each its own flights, as two of them may load
/// different types.</summary>
internal sealed class NamespaceFlights
{
    private readonly Lock _gate = new();

    // Weakly: a cache that is gone must not be kept for flights it does not have. Mostly there is one.
    private volatile WeakReference<IFlights>[] _all = [];

    internal void Add(IFlights flights)
    {
        lock (_gate) _all = [.. _all.Where(static known => known.TryGetTarget(out _)), new(flights)];
    }

    /// <summary>A key has changed: no later caller of any of the caches joins a flight of it that is in the air.</summary>
    /// <remarks>A flight that is entered while this looks is one that begins after the change: it enters before its load asks the source,
    /// and the change was made before this looks.</remarks>
    internal void Detach(string key)
    {
        Interlocked.MemoryBarrier(); // the change first, then the look
        foreach (var known in _all)
        {
            if (known.TryGetTarget(out var flights)) flights.Detach(key);
        }
    }

    internal void DetachAll()
    {
        foreach (var known in _all)
        {
            if (known.TryGetTarget(out var flights)) flights.DetachAll();
        }
    }

    /// <summary>What the flights of some callers load has changed; the rule of <see cref="Detach"/> for all that meet a
    /// condition.</summary>
    /// <param name="isMeant">Whether a flight is, by the state its starter gave it. Called under a lock: short, and never fails.</param>
    internal void DetachWhere(Func<object?, bool> isMeant)
    {
        Interlocked.MemoryBarrier(); // the change first, then the look
        foreach (var known in _all)
        {
            if (known.TryGetTarget(out var flights)) flights.DetachWhere(isMeant);
        }
    }
}

/// <summary>The flights of one cache.</summary>
internal interface IFlights
{
    void Detach(string key);

    void DetachAll();

    void DetachWhere(Func<object?, bool> isMeant);
}
