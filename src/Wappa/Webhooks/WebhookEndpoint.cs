using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Wappa.Inbox;
using Wappa.Telemetry;

namespace Wappa.Webhooks;

/// <summary>
/// The two routes WhatsApp calls. Only 200 counts as delivered, anything else is repeated for days; so every signed
/// object is 200 whatever it holds, and 503 is said only when a later delivery can succeed.
/// </summary>
internal sealed class WebhookEndpoint(
    IOptions<WhatsAppOptions> options, SignatureVerifier signatures, WebhookIntake intake, UserAliases aliases,
    WebhookInbox inbox, TurnWatch watch, ILogger<WebhookEndpoint> logger)
{
    private readonly WhatsAppOptions _options = options.Value;

    /// <summary>The handshake of a registration: the challenge is given back, as text and never as a page.</summary>
    internal Task VerifyAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var response = context.Response;
        if (query["hub.mode"] != "subscribe" || query["hub.challenge"] is not [{ } challenge] ||
            !IsVerifyToken(query["hub.verify_token"]))
        {
            response.StatusCode = Refused(
                StatusCodes.Status403Forbidden,
                string.IsNullOrEmpty(_options.WebhookVerifyToken)
                    ? "no verify token is configured (WHATSAPP_WEBHOOK_VERIFY_TOKEN)"
                    : "the handshake's mode or verify token is wrong");
            return Task.CompletedTask;
        }

        response.ContentType = MediaTypeNames.Text.Plain;
        response.Headers.XContentTypeOptions = "nosniff";
        return response.WriteAsync(challenge, context.RequestAborted);
    }

    /// <summary>A delivery.</summary>
    internal async Task ReceiveAsync(HttpContext context)
    {
        using var activity = TurnActivities.Source.StartActivity("webhook");
        await AnswerAsync(context).ConfigureAwait(false);
        activity?.SetTag("status", context.Response.StatusCode);
        watch.Answered(context, context.Response.StatusCode);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var header = context.Request.Headers[SignatureVerifier.HeaderName];
        if (signatures.IsRequired && StringValues.IsNullOrEmpty(header))
        {
            context.Response.StatusCode = Refused(StatusCodes.Status401Unauthorized, "it has no signature");
            return;
        }

        // Unsigned, anything this machine can reach may write to the bot; a page in the developer's browser must not.
        // Browsers name a page's origin with every POST; WhatsApp and curl do not send one.
        if (!signatures.IsRequired && !StringValues.IsNullOrEmpty(context.Request.Headers.Origin))
        {
            context.Response.StatusCode = Refused(
                StatusCodes.Status403Forbidden, "it comes from a web page and is not signed");
            return;
        }

        try
        {
            var (status, batch) = await ReadAsync(context, header).ConfigureAwait(false);
            // Not with the sender's token: one that hangs up early must not undo what others wait for.
            context.Response.StatusCode = status != StatusCodes.Status200OK || batch.Count == 0
                ? status
                : await AcceptAsync(context, batch).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            context.Response.StatusCode = Refused(error.StatusCode, "its body could not be read");
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // Reading the body is the only waiting done here, so the sender is gone and will deliver again.
            // RequestAborted is no condition: the read may fail before the server has signalled it. The status is for
            // nobody, but must not be 200.
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    private async ValueTask<(int Status, WebhookBatch Batch)> ReadAsync(HttpContext context, StringValues header)
    {
        using var body = await PooledBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        if (body.IsTooLarge) return (Refused(StatusCodes.Status413PayloadTooLarge, "it is larger than 3145728 bytes"), default);
        watch.Received(context, body.Span);
        var people = new Identities();
        var status = Read(body.Span, header, people, out var batch);
        if (status != StatusCodes.Status200OK) return (status, batch);
        try
        {
            // Mostly everybody is known and nothing is waited for.
            if (people.HasUnknown)
            {
                await people.DecideAsync(aliases).ConfigureAwait(false);
                status = Parse(body.Span, people, out batch);
            }

            await people.ChangeAsync(aliases).ConfigureAwait(false);
            return (status, batch);
        }
#pragma warning disable CA1031 // Whatever a store throws, also one that is not ours: nothing was accepted, so it comes again.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.BatchNotStored(logger, error.GetType().Name);
            return (Refused(StatusCodes.Status503ServiceUnavailable, "it could not be stored"), default);
        }
    }

    private int Read(ReadOnlySpan<byte> body, StringValues header, Identities people, out WebhookBatch batch)
    {
        batch = default;
        return signatures.IsRequired && !(header.Count == 1 && signatures.IsValid(body, header[0]))
            ? Refused(StatusCodes.Status403Forbidden, "its signature is wrong")
            : Parse(body, people, out batch);
    }

    private int Parse(ReadOnlySpan<byte> body, Identities people, out WebhookBatch batch)
    {
        batch = default;
        try
        {
            var json = body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
            if (intake.Read(json, people) is not { } items) return Refused(StatusCodes.Status400BadRequest, "it is not a JSON object");
            batch = items;
            return StatusCodes.Status200OK;
        }
        catch (JsonException)
        {
            return Refused(StatusCodes.Status400BadRequest, "it is not JSON, or nested deeper than 64");
        }
    }

    private async ValueTask<int> AcceptAsync(HttpContext context, WebhookBatch batch)
    {
        watch.Begin(context, batch);
        try
        {
            return await inbox.AcceptAsync(batch).ConfigureAwait(false)
                ? StatusCodes.Status200OK
                : Refused(StatusCodes.Status503ServiceUnavailable, "the inbox is full, shutting down or not open yet");
        }
#pragma warning disable CA1031 // Whatever a store throws, also one that is not ours: it was not stored, so it was not accepted.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.BatchNotStored(logger, error.GetType().Name);
            return Refused(StatusCodes.Status503ServiceUnavailable, "it could not be stored");
        }
    }

    private int Refused(int status, string reason)
    {
        Log.WebhookRefused(logger, status, reason);
        return status;
    }

    // Both sides are hashed first, so that the comparison tells nothing of the token's length either.
    private bool IsVerifyToken(StringValues given)
    {
        if (_options.WebhookVerifyToken is not { Length: > 0 } expected || given is not [{ } token]) return false;
        Span<byte> left = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), left);
        SHA256.HashData(Encoding.UTF8.GetBytes(expected), right);
        return CryptographicOperations.FixedTimeEquals(left, right);
    }
}
