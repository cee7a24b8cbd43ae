using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Wappa.Caching.Loading;

/// <summary>The flights of one cache that new callers may join, by key. One that has ended, or was detached because its key has
/// changed since it began, is not in here.</summary>
internal sealed class FlightTable<T> : IFlights
{
    private readonly ConcurrentDictionary<string, LoadFlight<T>> _flights = new(StringComparer.Ordinal);
    private long _landings;

    /// <summary>How many flights have stored something. Counted before they leave the table: who reads it, misses in the store, and
    /// then finds no flight, sees another number here if one landed in between, and must look into the store again.</summary>
    internal long Landings => Volatile.Read(ref _landings);

    internal int Count => _flights.Count;

    /// <summary>How many callers wait for flights that new callers may join. Approximate while they come and go.</summary>
    internal int Waiting => _flights.Sum(static flight => flight.Value.Waiting);

    /// <inheritdoc/>
    public void DetachAll() => _flights.Clear();

    internal bool TryFind(string key, [MaybeNullWhen(false)] out LoadFlight<T> flight) => _flights.TryGetValue(key, out flight);

    /// <summary>The flight of a key: the given one if there was none.</summary>
    internal LoadFlight<T> GetOrAdd(LoadFlight<T> flight) => _flights.GetOrAdd(flight.Key, flight);

    internal void CountLanding() => Interlocked.Increment(ref _landings);

    /// <summary>Frees the key of a flight, unless another has it by now.</summary>
    internal void Remove(LoadFlight<T> flight) => _flights.TryRemove(new(flight.Key, flight));

    /// <summary>The key has changed: what is in flight is for those who wait already.</summary>
    internal void Detach(string key) => _flights.TryRemove(key, out _);
}
