using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.AspNetCore.Conditional;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Telemetry;

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
        var action = endpoint.Metadata.OfType<ActionDescriptor>().FirstOrDefault();
        WarnOfFilters(endpoint, action);
        if (action is not null)
        {
            if (!action.FilterDescriptors.Any(filter => filter.Filter is CacheAttribute or ResponseCacheFilter))
                action.FilterDescriptors.Add(new FilterDescriptor(new ResponseCacheFilter(cache), FilterScope.Action));
        }
        else if (endpoint.RequestDelegate is { } handler)
        {
            endpoint.RequestDelegate = Around(handler, cache);
        }
    }

    // Stored responses are served before them. To stand within them the cache would have to make the response of what the handler
    // returned itself, and filters that change that would find nothing.
    private static void WarnOfFilters(EndpointBuilder endpoint, ActionDescriptor? action)
    {
        if (endpoint.Metadata.OfType<IResponseCacheMetadata>().LastOrDefault() == ResponseCacheMetadata.Never) return;
        if (!endpoint.FilterFactories.Any(IsOfTheApp) && action?.FilterDescriptors.Any(filter => IsOfTheApp(filter.Filter)) != true) return;
        endpoint.ApplicationServices.GetService<ResponseLog>()?.WarnOfFilters(endpoint.DisplayName ?? "An endpoint");
    }

    // AddValidation puts a filter before every handler of the app. It is the framework's own and internal to it, so only its name can
    // tell it from others; and it decides about what was sent, not about who sent it.
    private static bool IsOfTheApp(Func<EndpointFilterFactoryContext, EndpointFilterDelegate, EndpointFilterDelegate> filter)
    {
        var type = filter.Method.DeclaringType;
        while (type?.DeclaringType is { } outer) type = outer; // a lambda's class is within
        return type?.FullName?.StartsWith("Microsoft.AspNetCore.Http.Validation", StringComparison.Ordinal) != true;
    }

    private static bool IsOfTheApp(IFilterMetadata filter) =>
        filter is TypeFilterAttribute or ServiceFilterAttribute ||
        (filter is IActionFilter or IAsyncActionFilter or IResultFilter or IAsyncResultFilter &&
            filter is not (CacheAttribute or ResponseCacheFilter or ETagFilter) &&
            filter.GetType().Namespace?.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) != true);

    internal static RequestDelegate Around(RequestDelegate handler, ResponseCache cache)
    {
        Func<HttpContext, Task> run = handler.Invoke;
        return context => context.GetEndpoint() is { } endpoint ? cache.InvokeAsync(context, endpoint, run) : handler(context);
    }
}
