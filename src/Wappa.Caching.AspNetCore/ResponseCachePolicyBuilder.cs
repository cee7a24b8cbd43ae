using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching;

/// <summary>Says how the responses of an endpoint are cached: <c>.Cache(c =&gt; c.For(TimeSpan.FromMinutes(10)).Key(ctx =&gt; …))</c>. Runs
/// once for an endpoint.</summary>
/// <remarks>Without further ado: GET and HEAD, status 200, one entry for each path, query, host, tenant and - where the caller is
/// authenticated - identity.</remarks>
public sealed class ResponseCachePolicyBuilder
{
    private ResponsePolicy _policy;

    internal ResponseCachePolicyBuilder(ResponsePolicy policy) => _policy = policy;

    /// <summary>How long a response is fresh, above zero. What the response itself says (<c>s-maxage</c>, <c>max-age</c>,
    /// <c>Expires</c>) shortens it, never lengthens it. Default: <see cref="ResponseCacheOptions.DefaultTtl"/>.</summary>
    public ResponseCachePolicyBuilder For(TimeSpan ttl) =>
        With(_policy with { Ttl = Above0(ttl, nameof(ttl)) });

    /// <summary>For so long after its time the old response is served at once, while a request of the cache's own makes a new one in
    /// the background; above zero. Default: never.</summary>
    public ResponseCachePolicyBuilder StaleWhileRevalidate(TimeSpan window) =>
        With(_policy with { StaleWhileRevalidate = Above0(window, nameof(window)) });

    /// <summary>For so long after its time the old response is served when the endpoint throws, answers 500, 502, 503 or 504, or does
    /// not answer in time; above zero. Default: never.</summary>
    public ResponseCachePolicyBuilder StaleIfError(TimeSpan window) =>
        With(_policy with { StaleIfError = Above0(window, nameof(window)) });

    /// <summary>How long an endpoint may take to make a response that others wait for; above zero, at most a day. Then its
    /// <see cref="HttpContext.RequestAborted"/> is cancelled, and those who waited get the old response or 504. Default:
    /// 30 seconds.</summary>
    public ResponseCachePolicyBuilder Timeout(TimeSpan timeout) =>
        With(_policy with { Timeout = timeout <= TimeSpan.FromDays(1) ? Above0(timeout, nameof(timeout)) : throw TooLong(timeout) });

    /// <summary>The key of a response in place of path and query: <c>Key(ctx =&gt; $"user:{ctx.Request.RouteValues["id"]}")</c>. It is
    /// what <see cref="IResponseCache.InvalidateKeyAsync"/> takes. Method, host, tenant, identity and variant stay parts of the entry's
    /// key, and so does the endpoint's route, so that no two users and no two endpoints share an entry.</summary>
    /// <param name="key">Returns 1 to 256 characters of <c>A-Z a-z 0-9 : _ - . ~ @</c>; anything else is answered with 400. Null: this
    /// response is not cached.</param>
    public ResponseCachePolicyBuilder Key(Func<HttpContext, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return With(_policy with { Key = key });
    }

    /// <summary>Labels of every response, by which responses are invalidated together; none empty. Several calls add up.</summary>
    public ResponseCachePolicyBuilder Tag(params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Any(string.IsNullOrEmpty)) throw new ArgumentException("A tag is null or empty; leave it out.", nameof(tags));
        return With(_policy with { Tags = _policy.Tags.AddRange(tags) });
    }

    /// <summary>Labels that depend on the request, asked for when a response is made; null: none. Several calls add up.</summary>
    public ResponseCachePolicyBuilder Tag(Func<HttpContext, IEnumerable<string>?> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return With(_policy with { TagsOf = _policy.TagsOf.Add(tags) });
    }

    /// <summary>Request headers that the response depends on beside those it names in <c>Vary</c>; they are added to <c>Vary</c>. Several
    /// calls add up.</summary>
    public ResponseCachePolicyBuilder VaryByHeader(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Any(string.IsNullOrWhiteSpace)) throw new ArgumentException("A header's name is empty.", nameof(names));
        return With(_policy with { Headers = [.. _policy.Headers.Concat(names).Distinct(StringComparer.OrdinalIgnoreCase)] });
    }

    /// <summary>The only names in the query that the response depends on; the others are not part of the key, and the handler must not
    /// use them. Several calls add up; with no name the query has no part in the key. Default: all.</summary>
    public ResponseCachePolicyBuilder VaryByQuery(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return With(_policy with { Query = (_policy.Query ?? []).Union(names.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase)) });
    }

    /// <summary>A value of the request that the response depends on, such as a scope of the caller's token. Several calls add up.
    /// Downstream
    /// caches are told that the response is private.</summary>
    /// <param name="value">Returns any text; null differs from empty.</param>
    public ResponseCachePolicyBuilder VaryBy(Func<HttpContext, string?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return With(_policy with { Values = _policy.Values.Add(value) });
    }

    /// <summary>All callers share one response, whoever they are: for an endpoint that asks for authorization but answers everybody the
    /// same. Default: each identity has its own.</summary>
    public ResponseCachePolicyBuilder SharedByUsers() => With(_policy with { IsSharedByUsers = true });

    /// <summary>Requests share a response whatever scheme and host they name. Only for handlers that write neither into the
    /// response: else a
    /// request with a forged host decides what everybody gets. Default: each host has its own.</summary>
    public ResponseCachePolicyBuilder SharedByHosts() => With(_policy with { IsSharedByHosts = true });

    /// <summary>The statuses that are stored, each 200 to 599 but not 206 and 304. Default: 200.</summary>
    public ResponseCachePolicyBuilder Statuses(params int[] statuses)
    {
        ArgumentNullException.ThrowIfNull(statuses);
        if (statuses.Length == 0 || statuses.Any(status => status is < 200 or > 599 or 206 or 304))
            throw new ArgumentException("A status that is stored is 200 to 599, and not 206 or 304.", nameof(statuses));
        return With(_policy with { Statuses = [.. statuses] });
    }

    /// <summary>The largest body of this endpoint that is stored, in bytes, 1 or more. Default:
    /// <see cref="ResponseCacheOptions.MaxBodyBytes"/>.</summary>
    public ResponseCachePolicyBuilder MaxBodyBytes(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return With(_policy with { MaxBodyBytes = bytes });
    }

    /// <summary>How long clients and caches on the way may use a response without asking again: <c>Cache-Control: max-age</c>, never longer
    /// than it is fresh here. An invalidation does not reach them. Default: none; they are told to ask each time
    /// (<c>no-cache</c>), which an
    /// ETag makes cheap. Means nothing for a response that has a Cache-Control of its own.</summary>
    public ResponseCachePolicyBuilder ClientTtl(TimeSpan ttl) => With(_policy with { ClientTtl = Above0(ttl, nameof(ttl)) });

    /// <summary>All nodes together make a response once, where the store has locks all nodes see. Default: each node once.</summary>
    public ResponseCachePolicyBuilder OncePerCluster() => With(_policy with { ClusterLock = true });

    /// <summary>The responses are not cached, whatever was said before; for an endpoint of a group that is.</summary>
    public ResponseCachePolicyBuilder Never()
    {
        _policy = _policy with { IsOff = true };
        return this;
    }

    internal ResponsePolicy Build() => _policy;

    private static TimeSpan Above0(TimeSpan value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
        return value;
    }

    private static ArgumentOutOfRangeException TooLong(TimeSpan timeout) =>
        new(nameof(timeout), timeout, "A response takes at most a day.");

    private ResponseCachePolicyBuilder With(ResponsePolicy policy)
    {
        _policy = policy with { IsOff = false };
        return this;
    }
}
