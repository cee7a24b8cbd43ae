using Wappa.Caching.AspNetCore.Keys;

namespace Wappa.Caching;

/// <summary>Invalidating cached responses by hand. Registered by <c>AddWappaResponseCache</c>; thread-safe.</summary>
/// <remarks><para>When a method has returned, every node that shares the store has lost the responses, and none that was being made
/// before is stored any more. What hits nothing is no error.</para>
/// <para>All methods throw <see cref="CacheStoreException"/> when the store fails: the old responses may still be served
/// then.</para></remarks>
public interface IResponseCache
{
    /// <summary>Whether a response can be stored under a key: 1 to 256 characters of <c>A-Z a-z 0-9 : _ - . ~ @</c>. For endpoints that
    /// make a key of what came from outside and want to answer 400 before they change anything.</summary>
    /// <param name="key">The key; null is none.</param>
    static bool IsKey(string? key) => OutsideKey.IsValid(key);

    /// <summary>Removes the responses stored under a key of <see cref="ResponseCachePolicyBuilder.Key"/>: of every endpoint, tenant,
    /// identity and variant.</summary>
    /// <param name="key">The key as <c>Key(ctx =&gt; …)</c> gives it, e.g. <c>user:5</c>. One that <see cref="IsKey"/> denies hits nothing,
    /// as nothing can be stored under it: this is called after a change, which must not fail for that.</param>
    /// <param name="cancellationToken">Stops the wait; the removal may have happened.</param>
    ValueTask InvalidateKeyAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Removes the responses that carry a tag, and every other entry of the app's store that does.</summary>
    /// <param name="tag">As <see cref="ResponseCachePolicyBuilder.Tag(string[])"/> was given it; not empty.</param>
    /// <param name="cancellationToken">Stops the wait; the removal may have happened.</param>
    ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken = default);

    /// <summary>Removes the responses whose key of <see cref="ResponseCachePolicyBuilder.Key"/> begins with a prefix. Costs a walk over
    /// the store's keys; tags are the cheaper way.</summary>
    /// <param name="prefix">A whole number of parts, ended by <c>:</c>, e.g. <c>user:</c>. One that no key begins with hits
    /// nothing.</param>
    /// <param name="cancellationToken">Stops the wait; some may have been removed.</param>
    /// <returns>How many stored responses there were.</returns>
    /// <exception cref="ArgumentException">The prefix does not end with <c>:</c>.</exception>
    ValueTask<long> InvalidatePrefixAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Removes the responses of a path: whatever their query, tenant, identity and variant.</summary>
    /// <param name="path">Begins with <c>/</c>, as in the URL, the app's path base included, not escaped; upper and lower case and
    /// a slash at
    /// its end make no difference. With a route's template (<c>/users/{id}</c>) the responses of all paths of that route.</param>
    /// <param name="cancellationToken">Stops the wait; the removal may have happened.</param>
    /// <exception cref="ArgumentException">It does not begin with <c>/</c>, or is no template.</exception>
    ValueTask InvalidatePathAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Removes every response this app has stored.</summary>
    /// <param name="cancellationToken">Stops the wait; some may have been removed.</param>
    /// <returns>How many there were.</returns>
    ValueTask<long> ClearAsync(CancellationToken cancellationToken = default);
}
