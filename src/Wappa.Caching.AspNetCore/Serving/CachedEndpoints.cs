using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.AspNetCore.Conditional;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Puts the cache around endpoints.</summary>
internal static class CachedEndpoints
{
    /// <summary>Puts the cache around the handler of an endpoint that is being built, once. Of a controller's action the cache becomes a
    /// filter, so that the action's authorization filters come first.</summary>
    internal static void Wrap(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<ResponseCacheApplied>().Any()) return;
        endpoint.Metadata.Add(ResponseCacheApplied.Mark);
        var cache = endpoint.ApplicationServices.GetService<ResponseCache>() ?? throw new InvalidOperationException(
            "An endpoint asks for its responses to be cached, but the app has no response cache. Call services.AddWappaResponseCache().");
        ETagEndpoint.Apply(endpoint); // within the cache, whichever of the two was called first
        if (endpoint.Metadata.OfType<ActionDescriptor>().FirstOrDefault() is { } action)
        {
            if (!action.FilterDescriptors.Any(filter => filter.Filter is CacheAttribute or ResponseCacheFilter))
                action.FilterDescriptors.Add(new FilterDescriptor(new ResponseCacheFilter(cache), FilterScope.Action));
        }
        else if (endpoint.RequestDelegate is { } handler)
        {
            endpoint.RequestDelegate = Around(handler, cache);
        }
    }

    internal static RequestDelegate Around(RequestDelegate handler, ResponseCache cache)
    {
        Func<HttpContext, Task> run = handler.Invoke;
        return context => context.GetEndpoint() is { } endpoint ? cache.InvokeAsync(context, endpoint, run) : handler(context);
    }
}
