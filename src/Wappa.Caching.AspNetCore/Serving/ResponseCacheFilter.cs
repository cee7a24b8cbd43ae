using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>The cache around an action: after its authorization filters, before model binding and all else.</summary>
internal sealed class ResponseCacheFilter(ResponseCache cache) : IAsyncResourceFilter
{
    /// <inheritdoc/>
    public Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        return context.HttpContext.GetEndpoint() is { } endpoint
            ? cache.InvokeAsync(context.HttpContext, endpoint, _ => RunAsync(next))
            : next();
    }

    // The invoker keeps what an action throws and throws it when the filters are through; whoever waits must know before.
    private static async Task RunAsync(ResourceExecutionDelegate next)
    {
        var done = await next().ConfigureAwait(false);
        if (done is { Exception: not null, ExceptionHandled: false }) done.ExceptionDispatchInfo?.Throw();
    }
}
