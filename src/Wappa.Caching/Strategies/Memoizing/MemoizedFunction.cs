namespace Wappa.Caching;

/// <summary>A function that remembers its results, in memory of its own. Made by <see cref="Memoize.Create"/>. Thread-safe.</summary>
/// <typeparam name="TKey">The argument.</typeparam>
/// <typeparam name="TResult">The result.</typeparam>
public sealed class MemoizedFunction<TKey, TResult> : IClearableCache, IDisposable
    where TKey : notnull
{
    private readonly Func<TKey, CancellationToken, Task<TResult>> _function;
    private readonly ExpiringCache<TKey, TResult> _results;

    internal MemoizedFunction(
        Func<TKey, CancellationToken, Task<TResult>> function, int maxEntries, TimeSpan? ttl, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
        _results = new ExpiringCache<TKey, TResult>("memoized", maxEntries, ttl ?? Timeout.InfiniteTimeSpan, time: time);
    }

    /// <inheritdoc/>
    public string Name => _results.Name;

    /// <summary>Calls the function, unless its result for this argument is remembered.</summary>
    /// <exception cref="CacheLoadTimeoutException">The function took longer than 30 seconds.</exception>
    public ValueTask<TResult> InvokeAsync(TKey key, CancellationToken cancellationToken = default) =>
        _results.GetOrSetAsync(
            key, (Function: _function, Key: key), static (call, token) => call.Function(call.Key, token), cancellationToken);

    /// <summary>Forgets one result, and what calls that have begun will bring.</summary>
    /// <returns>Whether it was remembered.</returns>
    public ValueTask<bool> ForgetAsync(TKey key, CancellationToken cancellationToken = default) =>
        _results.RemoveAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> ClearAsync(CancellationToken cancellationToken = default) => _results.ClearAsync(cancellationToken);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _results.Dispose();
}
