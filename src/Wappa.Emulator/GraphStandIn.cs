using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Wappa.Emulator;

/// <summary>Answers <c>POST /{version}/{phone-number-id}/messages</c> as the Graph API does, for text messages: the same
/// successes, the same error envelope, the same limits.</summary>
internal sealed class GraphStandIn(EmulatorIdentity identity, Conversation conversation, TimeProvider time)
{
    private const int MaxTextLength = 4096;

    internal async Task<IResult> SendAsync(string phoneNumberId, HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization != $"Bearer {identity.AccessToken}")
            return Error(StatusCodes.Status401Unauthorized, 190, "Invalid OAuth access token - Cannot parse access token", null);
        if (phoneNumberId != identity.PhoneNumberId)
        {
            return Error(
                StatusCodes.Status400BadRequest, 100, $"Unsupported post request. Object with ID '{phoneNumberId}' does not exist.", null,
                subcode: 33);
        }

        try
        {
            var message = await JsonNode.ParseAsync(request.Body, cancellationToken: cancellationToken).ConfigureAwait(false);
            return Accept(message as JsonObject ?? []);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Invalid("the body is not a message: a field is missing or has another type");
        }
    }

    private IResult Accept(JsonObject message)
    {
        if ((string?)message["messaging_product"] != "whatsapp") return Invalid("messaging_product must be 'whatsapp'");
        var to = (string?)(message["to"] ?? message["recipient"]);
        if (string.IsNullOrEmpty(to)) return Invalid("one of to and recipient is required");
        if (((string?)message["type"] ?? "text") != "text") return Invalid("this emulator understands messages of type text");
        var body = (string?)message["text"]?["body"];
        if (body is not { Length: > 0 and <= MaxTextLength })
            return Invalid($"text.body must have 1 to {MaxTextLength} characters");

        var phone = new string([.. to.Where(char.IsAsciiDigit)]);
        var isPhone = to.All(character => char.IsAsciiDigit(character) || "+-() ".Contains(character, StringComparison.Ordinal));
        if (!isPhone) phone = EmulatorIdentity.PhoneOf(to) ?? "";
        var id = WhatsAppMessageId.NewOutbound(phone);
        conversation.Add(new(id, Conversation.Bot, phone, body, time.GetUtcNow()));
        var contact = new JsonObject { ["input"] = to };
        contact[isPhone ? "wa_id" : "user_id"] = isPhone ? phone : to;
        return Results.Json(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["contacts"] = new JsonArray(contact),
            ["messages"] = new JsonArray(new JsonObject { ["id"] = id }),
        });
    }

    private static IResult Invalid(string details) =>
        Error(StatusCodes.Status400BadRequest, 100, "(#100) Invalid parameter", details);

    private static IResult Error(int status, int code, string message, string? details, int? subcode = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code };
        if (details is not null) error["error_data"] = new JsonObject { ["messaging_product"] = "whatsapp", ["details"] = details };
        if (subcode is not null) error["error_subcode"] = subcode;
        error["fbtrace_id"] = "A" + Guid.NewGuid().ToString("N")[..22].ToUpperInvariant();
        return Results.Json(new JsonObject { ["error"] = error }, statusCode: status);
    }
}
