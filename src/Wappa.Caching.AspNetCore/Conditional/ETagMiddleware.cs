using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Gives answers to GET and HEAD their ETag. What answers other methods is never touched.</summary>
internal sealed class ETagMiddleware(RequestDelegate next, ETagOptions options, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) =>
        Conditions.IsRead(context.Request.Method) ? HoldAsync(context) : next(context);

    private async Task HoldAsync(HttpContext context)
    {
        var features = context.Features;
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        var body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var held = new HeldResponse(context, response, body, options, time);
        features.Set<IHttpResponseBodyFeature>(held);
        features.Set<IHttpResponseFeature>(new BegunResponse(response, held));
        try
        {
            await next(context).ConfigureAwait(false);
            await held.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await held.AbandonAsync(error).ConfigureAwait(false);
            throw;
        }
        finally
        {
            features.Set(body);
            features.Set(response);
        }
    }
}
