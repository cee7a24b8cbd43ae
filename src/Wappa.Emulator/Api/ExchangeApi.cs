using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Wappa.Emulator;

/// <summary>The routes of the wire, and the events.</summary>
internal sealed class ExchangeApi(LocalWhatsApp local, IHostApplicationLifetime lifetime)
{
    private const int DefaultLimit = 200;

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/exchanges", (long? after, int? limit) => ApiRequests.Json(
            local.Exchanges.List(after ?? 0, Math.Clamp(limit ?? DefaultLimit, 1, ExchangeLog.Capacity))));
        routes.MapGet("/exchanges/{id:long}", (long id) => ApiRequests.Json(Find(id)));
        routes.MapGet("/exchanges/{id:long}/curl", (long id) => Results.Text(CurlCommand.Of(Find(id)), "text/plain", Encoding.UTF8));
        routes.MapPost("/exchanges/{id:long}/resend", ResendAsync);
    }

    internal IResult Events(HttpContext context, CancellationToken cancellationToken)
    {
        // A page left open must not hold up the app's shutdown.
        var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(either);
        context.Response.Headers.CacheControl = "no-store";
        var after = EventFeed.ParseId(context.Request.Headers["Last-Event-ID"]) ?? EventFeed.ParseId(context.Request.Query["after"]);
        return TypedResults.ServerSentEvents(Items(context.Response, after, either.Token));
    }

    private async Task<IResult> ResendAsync(long id, HttpRequest request, CancellationToken cancellationToken)
    {
        await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var exchange = Find(id);
        if (exchange.Replay is not { } body)
            throw new ApiRefusal(StatusCodes.Status409Conflict, "An upload's bytes are not kept, so it cannot be sent again.");
        var again = exchange.Kind is ExchangeKind.Graph
            ? local.Graph.Repeat(exchange, body)
            : await local.Deliveries.ResendAsync(exchange, body, cancellationToken).ConfigureAwait(false);
        return ApiRequests.Json(new { exchange = again.Id }, StatusCodes.Status202Accepted);
    }

    private Exchange Find(long id) => local.Exchanges.Find(id) ?? throw ApiRefusal.Unknown("exchange");

    private async IAsyncEnumerable<SseItem<string>> Items(
        HttpResponse response, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The headers go out at once: until they do, a browser counts the stream as not open, and the first event may be far.
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
        var happenings = local.Events.ListenAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = happenings.ConfigureAwait(false);
        while (await NextAsync(happenings).ConfigureAwait(false))
        {
            var happened = happenings.Current;
            yield return new(happened.Data, happened.Name) { EventId = $"{happened.Id}" };
        }
    }

    // The end of the app or of the page ends the stream; it is no error to tell anyone about.
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<LocalEvent> happenings)
    {
        try
        {
            return await happenings.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
