using System.Net.ServerSentEvents;
using System.Reflection;
using System.Text.Json;
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
        var routes = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        ((IEndpointConventionBuilder)routes).Finally(LoopbackOnly.Guard);
        routes.MapGet("/emulator", (HttpResponse response) => Page(response, "index.html", "text/html; charset=utf-8"));
        routes.MapGet("/emulator/emulator.css", (HttpResponse response) => Page(response, "emulator.css", "text/css; charset=utf-8"));
        routes.MapGet("/emulator/emulator.js", (HttpResponse response) => Page(response, "emulator.js", "text/javascript; charset=utf-8"));
        routes.MapGet("/emulator/events", Events);
        routes.MapPost("/emulator/messages", TypeAsync);
        routes.MapPost(
            @"/{version:regex(^v\d+\.\d+$)}/{phoneNumberId:regex(^\d+$)}/messages",
            (string phoneNumberId, HttpRequest request, GraphStandIn graph, CancellationToken cancellationToken) =>
                graph.SendAsync(phoneNumberId, request, cancellationToken));
    }

    private static IResult Page(HttpResponse response, string file, string contentType)
    {
        // Nothing from elsewhere, and in nobody's frame.
        response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src data:; frame-ancestors 'none'";
        response.Headers.CacheControl = "no-cache";
        return Results.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream($"wwwroot/{file}")!, contentType);
    }

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
        HttpRequest request, WebhookSender webhooks, Conversation conversation, EmulatorStartup startup,
        IOptions<WhatsAppOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        // A form or a text, which another site's page could send without asking, is not JSON.
        if (!request.HasJsonContentType()) return Refused(StatusCodes.Status415UnsupportedMediaType, "the message must be JSON");
        var message = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var problem = message is null ? "the message cannot be read" : message.Problem();
        if (problem is not null) return Refused(StatusCodes.Status400BadRequest, problem);
        if (startup.Address is not { } address) return Refused(StatusCodes.Status503ServiceUnavailable, "the app is still starting");

        // Entered first: the bot may answer before the webhook's own answer is back.
        var id = WhatsAppMessageId.NewInbound(message!.Phone);
        conversation.Add(new(id, Conversation.User, message.Phone, message.Text, time.GetUtcNow()));
        try
        {
            var status = await webhooks
                .SendAsync(new Uri(address, WappaRoutes.Webhook), options.Value.WebhookSecret, id, message, cancellationToken)
                .ConfigureAwait(false);
            if (status == StatusCodes.Status200OK) return Results.Json(new { id });
            conversation.Remove(id);
            return Refused(StatusCodes.Status502BadGateway, $"the webhook answered {status}");
        }
        catch (HttpRequestException)
        {
            conversation.Remove(id);
            return Refused(StatusCodes.Status502BadGateway, "the webhook could not be reached");
        }
    }

    private static IResult Refused(int status, string reason) => Results.Json(new { error = reason }, statusCode: status);

    private static async ValueTask<TypedMessage?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFromJsonAsync<TypedMessage>(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or BadHttpRequestException)
        {
            return null;
        }
    }
}
