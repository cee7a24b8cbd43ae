using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Serving;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>The labels by which a response is invalidated, beside those its plan gives to all of its endpoint.</summary>
internal static class ResponseTags
{
    internal static IEnumerable<string> Of(Exchange exchange, HttpContext context, ResponseCacheOptions options)
    {
        var path = WrittenPaths.FullPath(context.Request);
        yield return PathTags.Of(options.Prefix, exchange.Scope.Tenant, path);
        yield return PathTags.OfAll(options.Prefix, path);
        if (exchange.Scope.OwnKey is { } own) yield return KeyLayout.KeyTag(options.Prefix, own);
        foreach (var tags in exchange.Plan.Policy.TagsOf)
        {
            foreach (var tag in tags(context) ?? [])
            {
                if (!string.IsNullOrEmpty(tag)) yield return tag;
            }
        }
    }
}
