using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Puts the gate of <c>WithETag</c> before an endpoint's handler; of a controller's action as a filter.</summary>
internal static class ETagEndpoint
{
    /// <summary>Does so once, with what was said last: an endpoint's own tag and not its group's. Nothing if there is no
    /// tag.</summary>
    /// <remarks>The cache of responses calls it before it puts itself before the handler: a stored response then keeps the tag of the
    /// version it shows. The other way round a new tag would stand over an old body, or clients would hold tags that no
    /// <c>If-Match</c> ever fits.</remarks>
    internal static void Apply(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } handler || endpoint.Metadata.OfType<Applied>().Any()) return;
        if (endpoint.Metadata.OfType<ETagMetadata>().LastOrDefault() is not { } said) return;
        endpoint.Metadata.Add(new Applied());
        if (endpoint.Metadata.OfType<ActionDescriptor>().FirstOrDefault() is { } action)
        {
            // An action has several endpoints if it has several routes.
            if (action.FilterDescriptors.Any(static filter => filter.Filter is ETagFilter)) return;
            action.FilterDescriptors.Add(new FilterDescriptor(new ETagFilter(said.Source, said.RequireIfMatch), FilterScope.Action));
            return;
        }

        endpoint.RequestDelegate = async context =>
        {
            if (await ETagGate.PassAsync(context, said.Source, said.RequireIfMatch).ConfigureAwait(false))
                await handler(context).ConfigureAwait(false);
        };
    }

    private sealed class Applied;
}
