using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Serving;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>The labels by which a response is invalidated.</summary>
internal static class ResponseTags
{
    /// <summary>All labels of a response that has been made.</summary>
    internal static IEnumerable<string> Of(EndpointCall call, HttpContext context, string prefix)
    {
        foreach (var tag in Known(call, prefix)) yield return tag;
        foreach (var tags in call.Exchange.Plan.Policy.TagsOf)
        {
            foreach (var tag in tags(context) ?? [])
            {
                if (!string.IsNullOrEmpty(tag)) yield return tag;
            }
        }
    }

    /// <summary>Whether the response a load makes may have one of some labels.</summary>
    /// <param name="load">What the load was given.</param>
    /// <param name="tags">The labels.</param>
    /// <param name="prefix">The app's prefix of keys.</param>
    /// <returns>False only if it cannot: what labels an endpoint gives by its response is not known before there is one.</returns>
    internal static bool MayHave(object? load, IReadOnlyCollection<string> tags, string prefix) =>
        load is not EndpointCall call || !call.Exchange.Plan.Policy.TagsOf.IsEmpty || Known(call, prefix).Any(tags.Contains);

    private static IEnumerable<string> Known(EndpointCall call, string prefix)
    {
        var (plan, scope) = (call.Exchange.Plan, call.Exchange.Scope);
        foreach (var tag in plan.Entries.Tags) yield return tag;
        yield return PathTags.Of(prefix, scope.Tenant, call.Path);
        yield return PathTags.OfAll(prefix, call.Path);
        if (scope.OwnKey is { } own) yield return KeyLayout.KeyTag(prefix, own);
    }
}
