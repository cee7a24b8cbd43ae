namespace Wappa.Caching;

/// <summary>Makes functions remember their results.</summary>
public static class Memoize
{
    /// <summary>A function that remembers what it returned for its latest arguments.</summary>
    /// <param name="function">The function. Of callers that ask for one argument at once, one calls it and all get its result; what it
    /// throws is remembered by nobody.</param>
    /// <param name="maxEntries">The most results remembered, 1 or more; beyond it the one used longest ago goes. Default: 100.</param>
    /// <param name="ttl">How long a result is remembered, above zero. Default: until it is forgotten or evicted.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <typeparam name="TKey">The argument; of several, a tuple or record. Two are one if their JSON is; one that JSON would lose a
    /// part of is refused with <see cref="CacheSerializationException"/>.</typeparam>
    /// <typeparam name="TResult">The result. A caller gets a copy of its own, unless the type cannot change.</typeparam>
    public static MemoizedFunction<TKey, TResult> Create<TKey, TResult>(
        Func<TKey, CancellationToken, Task<TResult>> function, int maxEntries = 100, TimeSpan? ttl = null, TimeProvider? time = null)
        where TKey : notnull => new(function, maxEntries, ttl, time);
}
