using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Recording;
using Wappa.Caching.AspNetCore.Responses;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>A feature of a request that the cache makes for itself: when it reaches the cache, the endpoint runs and its response is
/// recorded.</summary>
/// <param name="key">The key it is made for. A request that comes to another one - its caller is not known any more - is not run.</param>
/// <param name="limit">The largest body that is held.</param>
/// <param name="stop">Tells the handler to stop.</param>
/// <param name="take">Takes the recorded response, while the request still is.</param>
internal sealed class BackgroundRun(
    string key, int limit, Func<EndpointRun, ValueTask<StoredResponse>> take, CancellationToken stop)
{
    private bool _hasRun;

    /// <summary>What was made; null: the endpoint was not reached.</summary>
    internal StoredResponse? Taken { get; private set; }

    /// <summary>What the handler threw.</summary>
    internal Exception? Error { get; private set; }

    /// <summary>The request has come to the cache.</summary>
    internal async Task InvokeAsync(HttpContext context, string? reached, Func<HttpContext, Task> handler)
    {
        if (_hasRun)
        {
            await handler(context).ConfigureAwait(false); // an endpoint within the endpoint
            return;
        }

        _hasRun = true;
        if (reached != key) return;
        using var run = new EndpointRun(context, limit, hasClient: false);
        await run.StartAsync(handler, stop).ConfigureAwait(false);
        await run.Running.ConfigureAwait(false);
        Error = run.IsPassing ? null : run.Error;
        if (Error is not null) return;
        try
        {
            Taken = await take(run).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Error = error; // for the load, and not for the app's exception handler
        }
    }
}
