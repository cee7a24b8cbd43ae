using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wappa.Caching.AspNetCore.Invalidation;
using Wappa.Caching.AspNetCore.Keys;

namespace Wappa.Caching.AspNetCore.Policies;

/// <summary>All that is known of an endpoint's caching before a request comes.</summary>
internal sealed class ResponsePlan
{
    private ResponsePlan(ResponsePolicy policy, CacheEntryPolicy entries, string route, bool asksForUser, KeyLayout keys)
    {
        Policy = policy;
        Entries = entries;
        Route = route;
        AsksForUser = asksForUser;
        Keys = keys;
    }

    internal ResponsePolicy Policy { get; }

    /// <summary>How its entries live and are loaded.</summary>
    internal CacheEntryPolicy Entries { get; }

    /// <summary>The route's template, or the endpoint's name.</summary>
    internal string Route { get; }

    /// <summary>Whether the endpoint wants authorization, so that a caller without identity must not be given what another got.</summary>
    internal bool AsksForUser { get; }

    internal KeyLayout Keys { get; }

    /// <summary>Whether downstream caches are told that the response is for one caller, whoever asks.</summary>
    internal bool IsAlwaysPrivate => !Policy.Values.IsEmpty;

    /// <summary>The plan of an endpoint.</summary>
    /// <exception cref="ArgumentException">What was said about it cannot be.</exception>
    internal static ResponsePlan Of(Endpoint endpoint, ResponseCacheOptions options)
    {
        var builder = new ResponseCachePolicyBuilder(new ResponsePolicy { Ttl = options.DefaultTtl, MaxBodyBytes = options.MaxBodyBytes });

        // A method's attribute stands before the conventions in the metadata, so what the conventions say of the endpoint goes before it.
        foreach (var metadata in endpoint.Metadata.GetOrderedMetadata<IResponseCacheMetadata>()) metadata.Configure(builder);
        var policy = builder.Build();
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern;
        var route = pattern?.RawText ?? endpoint.DisplayName ?? "";
        var tag = KeyLayout.RouteTag(options.Prefix, pattern is null ? route : RouteTexts.Shape(pattern));
        var keys = new KeyLayout(options, policy, route, EndpointMark.Of(endpoint));
        return new ResponsePlan(policy, EntriesOf(policy, tag), route, WantsUser(endpoint), keys);
    }

    private static CacheEntryPolicy EntriesOf(ResponsePolicy policy, string routeTag) => (CacheEntryPolicy.Default with
    {
        Ttl = policy.Ttl,
        StaleWhileRevalidate = policy.StaleWhileRevalidate,
        StaleIfError = policy.StaleIfError,
        HardTimeout = policy.Timeout ?? CacheEntryPolicy.Default.HardTimeout,
        ClusterLock = policy.ClusterLock,
        Tags = [routeTag, .. policy.Tags],
    }).ThrowIfInvalid();

    private static bool WantsUser(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null &&
        (endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null || endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null);
}
