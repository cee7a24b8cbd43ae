using System.Net.ServerSentEvents;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wappa.Emulator;

/// <summary>The emulator's routes: the page, what it posts, what it listens to, and the Graph stand-in.</summary>
internal static class EmulatorEndpoints
{
    internal static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AddEndpointFilter(new LoopbackOnly()).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/emulator", () => Page("index.html", "text/html; charset=utf-8"));
        routes.MapGet("/emulator/emulator.css", () => Page("emulator.css", "text/css; charset=utf-8"));
        routes.MapGet("/emulator/emulator.js", () => Page("emulator.js", "text/javascript; charset=utf-8"));
        routes.MapGet("/emulator/events", Events);
        routes.MapPost("/emulator/messages", TypeAsync);
        routes.MapPost(
            @"/{version:regex(^v\d+\.\d+$)}/{phoneNumberId:regex(^\d+$)}/messages",
            (string phoneNumberId, HttpRequest request, GraphStandIn graph, CancellationToken cancellationToken) =>
                graph.SendAsync(phoneNumberId, request, cancellationToken));
    }

    private static IResult Page(string file, string contentType) => Results.Stream(
        Assembly.GetExecutingAssembly().GetManifestResourceStream($"wwwroot/{file}")!, contentType);

    private static IResult Events(
        Conversation conversation, IHostApplicationLifetime lifetime, HttpContext context, CancellationToken cancellationToken)
    {
        // A page left open must not hold up the app's shutdown.
        var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(either);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(Items(conversation, either.Token));
    }

    private static async IAsyncEnumerable<SseItem<ConversationLine>> Items(
        Conversation conversation, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = conversation.ListenAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = lines.ConfigureAwait(false);
        while (await NextAsync(lines).ConfigureAwait(false))
            yield return new(lines.Current, "message") { EventId = lines.Current.Id };
    }

    // The end of the app or of the page ends the stream; it is no error to tell anyone about.
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ConversationLine> lines)
    {
        try
        {
            return await lines.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<IResult> TypeAsync(
        TypedMessage message, WebhookSender webhooks, Conversation conversation, EmulatorStartup startup,
        IOptions<WhatsAppOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (message.Problem() is { } problem) return Results.Json(new { error = problem }, statusCode: StatusCodes.Status400BadRequest);
        if (startup.Address is not { } address)
            return Results.Json(new { error = "the app is still starting" }, statusCode: StatusCodes.Status503ServiceUnavailable);

        // Entered first: the bot may answer before the webhook's own answer is back.
        var id = WhatsAppMessageId.NewInbound(message.Phone);
        conversation.Add(new(id, Conversation.User, message.Phone, message.Text, time.GetUtcNow()));
        try
        {
            var status = await webhooks
                .SendAsync(new Uri(address, "/webhook/whatsapp"), options.Value.WebhookSecret, id, message, cancellationToken)
                .ConfigureAwait(false);
            return status == StatusCodes.Status200OK
                ? Results.Json(new { id })
                : Results.Json(new { error = $"the webhook answered {status}" }, statusCode: StatusCodes.Status502BadGateway);
        }
        catch (HttpRequestException)
        {
            return Results.Json(new { error = "the webhook could not be reached" }, statusCode: StatusCodes.Status502BadGateway);
        }
    }
}
