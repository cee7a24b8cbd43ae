namespace Wappa.Caching.Loading;

/// <summary>The flights of all caches of a context, for what changes entries of more than one: a tag, a namespace they share.</summary>
internal sealed class FlightRegistry
{
    private readonly Lock _gate = new();

    // Weakly: a cache that is gone must not be kept for flights it does not have.
    private readonly List<WeakReference<IFlights>> _all = [];

    internal void Add(IFlights flights)
    {
        lock (_gate)
        {
            _all.RemoveAll(static known => !known.TryGetTarget(out _));
            _all.Add(new(flights));
        }
    }

    /// <summary>Keys of any cache have changed: no later caller joins a flight that is in the air.</summary>
    internal void DetachAll()
    {
        lock (_gate)
        {
            foreach (var known in _all)
            {
                if (known.TryGetTarget(out var flights)) flights.DetachAll();
            }
        }
    }
}

/// <summary>The flights of one cache.</summary>
internal interface IFlights
{
    void DetachAll();
}
