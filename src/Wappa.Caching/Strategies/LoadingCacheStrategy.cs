namespace Wappa.Caching;

/// <summary>A cache that knows its source: what is missing is loaded by the class itself.</summary>
/// <remarks>Override one of the two <c>LoadAsync</c>. It runs on the thread and in the <see cref="ExecutionContext"/> of the caller that
/// started it, who may be gone before it ends: use <see cref="CacheLoad.Services"/> for what belongs to a request, a database context
/// above all.</remarks>
/// <typeparam name="T">The value. Null is a value, and is cached like one.</typeparam>
public abstract class LoadingCacheStrategy<T> : CacheStrategy<T>
{
    /// <inheritdoc/>
    protected LoadingCacheStrategy(CacheStrategyContext context, string ns, TimeSpan? defaultTtl = null, int version = 1)
        : base(context, ns, defaultTtl, version)
    {
    }

    /// <inheritdoc/>
    protected LoadingCacheStrategy(CacheStrategyContext context, string ns, CacheEntryPolicy policy, int version = 1)
        : base(context, ns, policy, version)
    {
    }

    /// <summary>Reads a value; if there is none, loads it and stores what the load brings. Callers that come meanwhile share one
    /// load.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops this caller's wait, and the load only if nobody else waits for it.</param>
    /// <exception cref="CacheLoadTimeoutException">The load took longer than <see cref="CacheEntryPolicy.HardTimeout"/>.</exception>
    public new ValueTask<T> GetAsync(in CacheKeyParts key, CancellationToken cancellationToken = default)
    {
        if (FindHit(key, Policy.EagerRefresh ?? 0, cancellationToken) is { } hit) return new(hit.Value!);
        return TryJoin(key, cancellationToken, out var flight)
            ? Loader.JoinedAsync(flight, cancellationToken)
            : Loader.GetOrLoadAsync(
                KeyOf(key), new Request(this, key), static (request, load, token) => request.Cache.LoadAsync(request.Key, load, token),
                Policy, cancellationToken);
    }

    /// <summary>Asks the source.</summary>
    /// <param name="key">What is asked for; read the parts with <see cref="CacheKeyParts.Int64"/>, <see cref="CacheKeyParts.Text"/>,
    /// <see cref="CacheKeyParts.Guid"/>.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits any more, or the load took too long.</param>
    protected virtual Task<T> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{GetType().Name} does not override {nameof(LoadAsync)}; it has no source to load from.");

    /// <summary>Asks the source, with a say in how the result is cached.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="load">Services, time to live, tags, the stale value.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits any more, or the load took too long.</param>
    protected virtual Task<T> LoadAsync(CacheKeyParts key, CacheLoad load, CancellationToken cancellationToken) =>
        LoadAsync(key, cancellationToken);

    private readonly record struct Request(LoadingCacheStrategy<T> Cache, CacheKeyParts Key);
}
