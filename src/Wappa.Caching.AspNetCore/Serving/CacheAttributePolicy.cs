using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Puts the cache around endpoints that only an attribute marks: routing chooses a copy whose handler is within the cache. Actions
/// of controllers are left alone; there the attribute is a filter.</summary>
internal sealed class CacheAttributePolicy(ResponseCache cache) : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _wrapped = [];

    /// <summary>After all others, which may look at the endpoints themselves.</summary>
    public override int Order => int.MaxValue - 100;

    /// <inheritdoc/>
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsBare);

    /// <inheritdoc/>
    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (!candidates.IsValidCandidate(i) || !IsBare(candidates[i].Endpoint)) continue;
            candidates.ReplaceEndpoint(i, _wrapped.GetValue(candidates[i].Endpoint, Wrap), candidates[i].Values);
        }

        return Task.CompletedTask;
    }

    private static bool IsBare(Endpoint endpoint) =>
        endpoint.RequestDelegate is not null &&
        endpoint.Metadata.GetMetadata<IResponseCacheMetadata>() is not null &&
        endpoint.Metadata.GetMetadata<ResponseCacheApplied>() is null &&
        endpoint.Metadata.GetMetadata<ActionDescriptor>() is null;

    private Endpoint Wrap(Endpoint endpoint)
    {
        var handler = CachedEndpoints.Around(endpoint.RequestDelegate!, cache);
        var metadata = new EndpointMetadataCollection([.. endpoint.Metadata, ResponseCacheApplied.Mark]);
        return endpoint is RouteEndpoint route
            ? new RouteEndpoint(handler, route.RoutePattern, route.Order, metadata, route.DisplayName)
            : new Endpoint(handler, metadata, endpoint.DisplayName);
    }
}
