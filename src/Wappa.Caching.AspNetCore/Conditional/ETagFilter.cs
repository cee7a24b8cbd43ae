using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>The gate before an action: behind authorization, before the model is bound.</summary>
internal sealed class ETagFilter(Func<HttpContext, ValueTask<string?>> source, bool requireIfMatch) : IAsyncResourceFilter, IOrderedFilter
{
    /// <summary>Behind the cache of responses, so that a stored response keeps the tag of the version it shows.</summary>
    internal const int BehindTheCache = 1000;

    public int Order => BehindTheCache;

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        if (await ETagGate.PassAsync(context.HttpContext, source, requireIfMatch).ConfigureAwait(false)) await next().ConfigureAwait(false);
        else context.Result = new EmptyResult(); // the answer is made
    }
}
