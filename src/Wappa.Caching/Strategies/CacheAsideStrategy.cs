namespace Wappa.Caching;

/// <summary>A cache whose callers know the source: each call brings the load that is run on a miss.</summary>
/// <remarks>
/// <para>A load runs on the thread and in the <see cref="ExecutionContext"/> of the caller that started it, and its result goes to all who
/// asked meanwhile. That caller may be gone before it ends: use <see cref="CacheLoad.Services"/> for what belongs to a request.</para>
/// <para>All overloads throw what the load throws, and <see cref="CacheLoadTimeoutException"/> when it takes longer than
/// <see cref="CacheEntryPolicy.HardTimeout"/>, unless there is a stale value to return instead.</para>
/// </remarks>
/// <typeparam name="T">The value. Null is a value, and is cached like one.</typeparam>
public abstract class CacheAsideStrategy<T> : CacheStrategy<T>
{
    /// <inheritdoc/>
    protected CacheAsideStrategy(CacheStrategyContext context, string ns, TimeSpan? defaultTtl = null, int version = 1)
        : base(context, ns, defaultTtl, version)
    {
    }

    /// <inheritdoc/>
    protected CacheAsideStrategy(CacheStrategyContext context, string ns, CacheEntryPolicy policy, int version = 1)
        : base(context, ns, policy, version)
    {
    }

    /// <summary>Reads a value; if there is none, fetches and stores it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fetch">Asks the source. Its token is cancelled when nobody waits any more, or it took too long.</param>
    /// <param name="ttl">Time to live, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops this caller's wait, and the load only if nobody else waits for it.</param>
    public ValueTask<T> FetchAsync(
        in CacheKeyParts key, Func<CancellationToken, Task<T>> fetch, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default) =>
        GetOrSetAsync(key, fetch, ttl, cancellationToken);

    /// <summary>Reads a value; if there is none, fetches and stores it, with a say in how.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fetch">Asks the source; is given services, time to live, tags, the stale value.</param>
    /// <param name="ttl">Time to live, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops this caller's wait, and the load only if nobody else waits for it.</param>
    public ValueTask<T> FetchAsync(
        in CacheKeyParts key, Func<CacheLoad, CancellationToken, Task<T>> fetch, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        return LoadThroughAsync(key, fetch, static (fetch, load, token) => fetch(load, token), Policy, ttl, cancellationToken);
    }

    /// <summary>Reads a value; if there is none, fetches and stores it. What the fetch needs is passed to it, so that it can be static and
    /// a hit allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">What the fetch is given.</param>
    /// <param name="fetch">Asks the source.</param>
    /// <param name="ttl">Time to live, above zero; omitted: the policy's.</param>
    /// <param name="cancellationToken">Stops this caller's wait, and the load only if nobody else waits for it.</param>
    public ValueTask<T> FetchAsync<TState>(
        in CacheKeyParts key, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> fetch, TimeSpan? ttl = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        return LoadThroughAsync(key, state, fetch, Policy, ttl, cancellationToken);
    }

    /// <summary>Reads a value; if there is none, fetches and stores it, by a policy of this call's own.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">What the fetch is given.</param>
    /// <param name="fetch">Asks the source.</param>
    /// <param name="policy">How the entry lives and is loaded. Callers that share a load share the policy of the one that started
    /// it.</param>
    /// <param name="cancellationToken">Stops this caller's wait, and the load only if nobody else waits for it.</param>
    /// <exception cref="ArgumentException">The policy cannot be.</exception>
    public ValueTask<T> FetchAsync<TState>(
        in CacheKeyParts key, TState state, Func<TState, CacheLoad, CancellationToken, Task<T>> fetch, CacheEntryPolicy policy,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        ArgumentNullException.ThrowIfNull(policy);
        return LoadThroughAsync(key, state, fetch, policy.ThrowIfInvalid(), ttl: null, cancellationToken);
    }
}
