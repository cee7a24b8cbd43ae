using System.Collections.Immutable;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Wappa.Caching.AspNetCore.Keys;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>What a write has changed: the resource of its path and the collection that resource is in. The collection is the path without
/// its last segment, and also the route's template without its last segment: of <c>/files/{**name}</c> the collection is
/// <c>/files</c>, however many slashes the name has.</summary>
internal static class WrittenPaths
{
    /// <summary>The tags of what a write has changed.</summary>
    /// <param name="context">The write.</param>
    /// <param name="options">The app's.</param>
    /// <param name="failed">What the request was for before an exception handler answered it; null: it still is.</param>
    internal static IReadOnlyCollection<string> TagsOf(
        HttpContext context, ResponseCacheOptions options, IExceptionHandlerFeature? failed = null)
    {
        var endpoint = failed is null ? context.GetEndpoint() : failed.Endpoint;
        var values = (failed is null ? context.Request.RouteValues : failed.RouteValues) ?? new RouteValueDictionary();
        var metadata = endpoint?.Metadata.GetOrderedMetadata<IInvalidationMetadata>() ?? [];
        var tenant = options.Tenant?.Invoke(context);
        var tags = new HashSet<string>(StringComparer.Ordinal);
        var path = failed is null ? FullPath(context.Request) : context.Request.PathBase.Value + failed.Path;
        if (options.InvalidateOnWrite && !metadata.Any(said => said is NoInvalidation))
        {
            foreach (var changed in Changed(path, endpoint as RouteEndpoint, values)) AddPath(changed);
        }

        foreach (var also in metadata.OfType<AlsoInvalidates>().SelectMany(said => said.Patterns))
        {
            if (RouteTexts.TryWrite(also, also.PathSegments.Count, values) is { } written)
                AddPath(BaseOf(path, endpoint as RouteEndpoint, values) + written);
            else
                tags.Add(KeyLayout.RouteTag(options.Prefix, RouteTexts.Shape(also)));
        }

        tags.UnionWith(metadata.OfType<AlsoInvalidatesTags>().SelectMany(said => said.Tags));
        return tags;

        void AddPath(string changed) => tags.Add(PathTags.Of(options.Prefix, tenant, changed));
    }

    /// <summary>The path as the client wrote it, whatever part of it has been taken for the app's base by now.</summary>
    internal static string FullPath(HttpRequest request) => request.PathBase.Value + request.Path.Value;

    private static IEnumerable<string> Changed(string path, RouteEndpoint? endpoint, RouteValueDictionary values)
    {
        yield return path;
        if (PathTags.ParentOf(path) is { } parent) yield return parent;
        if (endpoint is null) yield break;
        var pattern = endpoint.RoutePattern;
        var pathBase = BaseOf(path, endpoint, values);
        for (var segments = pattern.PathSegments.Count; segments > 0 && segments >= pattern.PathSegments.Count - 1; segments--)
        {
            if (RouteTexts.TryWrite(pattern, segments, values) is { } written) yield return pathBase + written;
        }
    }

    // What stands before the route's own text.
    private static string BaseOf(string path, RouteEndpoint? endpoint, RouteValueDictionary values)
    {
        if (endpoint is null || RouteTexts.TryWrite(endpoint.RoutePattern, endpoint.RoutePattern.PathSegments.Count, values) is not { } own)
            return "";
        var (whole, end) = (PathTags.Normal(path), PathTags.Normal(own));
        return whole.EndsWith(end, StringComparison.Ordinal) ? whole[..^end.Length] : "";
    }
}
