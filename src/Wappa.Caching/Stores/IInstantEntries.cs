namespace Wappa.Caching.Stores;

/// <summary>A store that can answer a read at once, from memory, by the characters of a key that is not a string yet.</summary>
internal interface IInstantEntries
{
    /// <summary>Whether no operation of the store ever waits for anything, so that none needs a deadline.</summary>
    bool NeverWaits { get; }

    /// <summary>Reads one entry as <see cref="ICacheStore.GetAsync"/> does, if memory knows the answer.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entry">The entry; null: a miss.</param>
    /// <returns>False: only <see cref="ICacheStore.GetAsync"/> knows.</returns>
    bool TryRead(ReadOnlySpan<char> key, out CacheEntry? entry);
}
