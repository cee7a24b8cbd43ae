namespace Wappa.Caching;

/// <summary>A cache that can be emptied together with the app's others, see <see cref="AppCaches"/>.</summary>
public interface IClearableCache
{
    /// <summary>The cache's name in metrics and logs.</summary>
    string Name { get; }

    /// <summary>Removes everything, and beats loads that have begun.</summary>
    /// <returns>How many entries were there.</returns>
    /// <exception cref="CacheStoreException">The store failed; some may have been removed.</exception>
    ValueTask<long> ClearAsync(CancellationToken cancellationToken = default);
}

/// <summary>All caches of an app that were registered with <c>AddKeyedCache</c>.</summary>
/// <param name="caches">The caches.</param>
public sealed class AppCaches(IEnumerable<IClearableCache> caches)
{
    private readonly IClearableCache[] _caches = [.. caches];

    /// <summary>The caches' names.</summary>
    public IReadOnlyList<string> Names => [.. _caches.Select(cache => cache.Name)];

    /// <summary>Empties all of them. One that fails does not stop the others.</summary>
    /// <returns>How many entries were there.</returns>
    /// <exception cref="AggregateException">Some failed; the others are empty.</exception>
    public async Task<long> ClearAllAsync(CancellationToken cancellationToken = default)
    {
        var (cleared, errors) = (0L, new List<Exception>());
        foreach (var cache in _caches)
        {
            try
            {
                cleared += await cache.ClearAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (CacheStoreException error)
            {
                errors.Add(error);
            }
        }

        return errors.Count == 0 ? cleared : throw new AggregateException("Some caches could not be emptied.", errors);
    }
}
