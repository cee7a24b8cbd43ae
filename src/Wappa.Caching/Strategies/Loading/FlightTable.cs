using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Wappa.Caching.Loading;

/// <summary>The flights of one cache that new callers may join, by key. One that has ended, or was detached because its key has
/// changed since it began, is not in here.</summary>
/// <remarks>A dictionary under a lock and not a concurrent one: a flight is in for as long as its load takes, so few are in at a time, and
/// here it takes no object of its own. Where none is in, which is when most values are set, nothing is locked.</remarks>
internal sealed class FlightTable<T> : IFlights
{
    private readonly NamespaceFlights _namespace;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LoadFlight<T>> _flights = new(StringComparer.Ordinal);
    private long _landings;
    private int _count; // of the dictionary; written under the gate, read without

    internal FlightTable(NamespaceFlights ns)
    {
        _namespace = ns;
        ns.Add(this);
    }

    /// <summary>How many flights have stored something. Counted before they leave the table: who reads it, misses in the store, and
    /// then finds no flight, sees another number here if one landed in between, and must look into the store again.</summary>
    internal long Landings => Volatile.Read(ref _landings);

    internal int Count => Volatile.Read(ref _count);

    /// <summary>How many callers wait for flights that new callers may join. Approximate while they come and go.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate) return _flights.Values.Sum(static flight => flight.Waiting);
        }
    }

    void IFlights.DetachAll()
    {
        lock (_gate)
        {
            _flights.Clear();
            Volatile.Write(ref _count, 0);
        }
    }

    void IFlights.Detach(string key)
    {
        if (Count == 0) return;
        lock (_gate)
        {
            _flights.Remove(key);
            Volatile.Write(ref _count, _flights.Count);
        }
    }

    void IFlights.DetachWhere(Func<object?, bool> isMeant)
    {
        if (Count == 0) return;
        lock (_gate)
        {
            foreach (var (key, flight) in _flights)
            {
                if (isMeant(flight.State)) _flights.Remove(key); // which an enumeration allows
            }

            Volatile.Write(ref _count, _flights.Count);
        }
    }

    internal bool TryFind(ReadOnlySpan<char> key, [MaybeNullWhen(false)] out LoadFlight<T> flight)
    {
        flight = null;
        if (Count == 0) return false;
        lock (_gate) return _flights.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out flight);
    }

    /// <summary>The flight of a key: the given one if there was none.</summary>
    internal LoadFlight<T> GetOrAdd(LoadFlight<T> flight)
    {
        lock (_gate)
        {
            ref var there = ref CollectionsMarshal.GetValueRefOrAddDefault(_flights, flight.Key, out var isThere);
            if (isThere) return there!;
            there = flight;
            Volatile.Write(ref _count, _flights.Count);
            return flight;
        }
    }

    internal void CountLanding() => Interlocked.Increment(ref _landings);

    /// <summary>Frees the key of a flight, unless another has it by now.</summary>
    internal void Remove(LoadFlight<T> flight)
    {
        if (Count == 0) return;
        lock (_gate)
        {
            if (!_flights.Remove(flight.Key, out var removed)) return;
            if (!ReferenceEquals(removed, flight)) _flights.Add(flight.Key, removed);
            Volatile.Write(ref _count, _flights.Count);
        }
    }

    /// <summary>The key has changed: what is in flight, here or at another cache of the namespace, is for those who wait
    /// already.</summary>
    internal void Detach(string key) => _namespace.Detach(key);
}
