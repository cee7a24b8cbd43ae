namespace Wappa.Caching.Loading;

/// <summary>What an entry is worth to a reader, by the reader's policy.</summary>
internal enum Freshness
{
    /// <summary>There is none, or none this policy would serve.</summary>
    Missing,

    /// <summary>Within its time to live.</summary>
    Fresh,

    /// <summary>Fresh, and it is time to load it again in the background.</summary>
    Due,

    /// <summary>Past its time to live, served while a load runs in the background.</summary>
    Stale,

    /// <summary>Past that too, and kept for the case that a load fails.</summary>
    Kept,
}

/// <summary>What a reader found.</summary>
/// <param name="Freshness">What it is worth.</param>
/// <param name="Value">The value; nothing if missing.</param>
/// <param name="Entry">The entry; null if missing.</param>
internal readonly record struct Found<T>(Freshness Freshness, T? Value, CacheEntry? Entry)
{
    internal static Found<T> Missing => default;

    internal bool IsServed => Freshness is Freshness.Fresh or Freshness.Due or Freshness.Stale;

    internal bool IsStale => Freshness is Freshness.Stale or Freshness.Kept;
}
