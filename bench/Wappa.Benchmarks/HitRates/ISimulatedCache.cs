namespace Wappa.Benchmarks.HitRates;

/// <summary>A cache that is asked for keys, one after the other, and takes in what it did not have.</summary>
internal interface ISimulatedCache
{
    /// <summary>Asks for a key.</summary>
    /// <returns>Whether it was there.</returns>
    bool Ask(int key);
}

/// <summary>How much a cache may hold.</summary>
/// <param name="Limit">Entries, or bytes if the entries have sizes.</param>
/// <param name="SizeOf">What an entry counts.</param>
internal sealed record Room(long Limit, Func<int, long> SizeOf);
