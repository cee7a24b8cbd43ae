using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>An error of the Graph API.</summary>
/// <param name="Code">Meta's code.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">The whole message, with its code in front if it has one.</param>
/// <param name="Details">What is wrong in particular; null: not said.</param>
internal sealed record GraphError(int Code, int Status, string Message, string? Details)
{
    internal int? Subcode { get; init; }

    internal string Type { get; init; } = "OAuthException";

    internal bool IsTransient { get; init; }

    internal GraphReply Reply(LocalIds ids)
    {
        var trace = ids.Trace();
        var error = new JsonObject { ["message"] = Message, ["type"] = Type, ["code"] = Code };
        if (Details is not null)
            error["error_data"] = new JsonObject { ["messaging_product"] = "whatsapp", ["details"] = Details };
        if (Subcode is { } subcode) error["error_subcode"] = subcode;
        if (IsTransient) error["is_transient"] = true;
        error["fbtrace_id"] = trace;
        var reason = Code is 190 or 200 ? "invalid_token" : "invalid_request";
        return GraphReply.Of(new JsonObject { ["error"] = error }, Status) with
        {
            Headers = new Dictionary<string, string>
            {
                ["www-authenticate"] = $"OAuth \"Facebook Platform\" \"{reason}\" \"{Ascii(Message)}\"",
                ["x-fb-trace-id"] = trace,
            },
        };
    }

    /// <summary>As webhooks tell it of a message.</summary>
    internal JsonArray ForStatus() => new(new JsonObject
    {
        ["code"] = Code,
        ["title"] = Title,
        ["message"] = Title,
        ["error_data"] = new JsonObject { ["details"] = Details ?? Title },
        ["href"] = "/documentation/business-messaging/whatsapp/support/error-codes",
    });

    // "(#131047) Re-engagement message" is written without the number there.
    private string Title => Message.StartsWith("(#", StringComparison.Ordinal) ? Message[(Message.IndexOf(')') + 2)..] : Message;

    private static string Ascii(string text) =>
        new([.. text.Select(character => character is >= ' ' and <= '~' and not '"' and not '\\' ? character : '?')]);
}

/// <summary>A call is refused.</summary>
internal sealed class GraphRefusal(GraphError error) : Exception(error.Message)
{
    internal GraphError Error => error;
}

/// <summary>The errors that have a documented text.</summary>
internal static class GraphErrors
{
    private const string Learn = "Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api";

    private static readonly FrozenDictionary<int, GraphError> Known = new GraphError[]
    {
        new(1, 400, "(#1) An unknown error occurred", null),
        new(2, 503, "An unexpected error has occurred. Please retry your request later.", null) { IsTransient = true },
        new(4, 400, "(#4) Application request limit reached", null) { IsTransient = true },
        new(10, 403, "(#10) Application does not have permission for this action", null),
        new(100, 400, "(#100) Invalid parameter", null),
        new(190, 401, "Invalid OAuth access token - Cannot parse access token", null),
        new(200, 400, "(#200) Provide valid app ID", null),
        new(368, 403, "(#368) Temporarily blocked for policies violations", null),
        new(80007, 400, "(#80007) Rate limit issues", null),
        new(130403, 400, "(#130403) Business has blocked this user", "Message could not be sent: the business blocked the user."),
        new(130429, 400, "(#130429) Rate limit hit",
            "Message failed to send because there were too many messages sent from this phone number in a short period of time."),
        new(130472, 400, "(#130472) User's number is part of an experiment", "The user's number is part of an experiment."),
        new(130497, 403, "(#130497) Business account is restricted from messaging users in this country", null),
        new(131000, 500, "(#131000) Something went wrong", "Something went wrong"),
        new(131005, 403, "(#131005) Access denied", "Permission is not granted or has been removed."),
        new(131008, 400, "(#131008) Required parameter is missing", "The request is missing a required parameter."),
        new(131009, 400, "(#131009) Parameter value is not valid", "Please check the parameters you have provided."),
        new(131016, 500, "(#131016) Service unavailable", "A service is temporarily unavailable.") { IsTransient = true },
        new(131021, 400, "(#131021) Recipient cannot be sender", "Sender and recipient phone number is the same."),
        new(131026, 400, "(#131026) Message undeliverable", "Message undeliverable."),
        new(131030, 400, "(#131030) Recipient phone number not in allowed list",
            "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.")
        {
            Subcode = 2655007,
        },
        new(131031, 403, "(#131031) Business Account locked", "The account has been locked."),
        new(131037, 400, "(#131037) Display name approval needed", "The display name of this number is not approved."),
        new(131042, 400, "(#131042) Business eligibility payment issue", "There is a problem with the payment method."),
        new(131045, 500, "(#131045) Incorrect certificate", "The phone number is not registered."),
        new(131047, 400, "(#131047) Re-engagement message",
            "Message failed to send because more than 24 hours have passed since the customer last replied to this number."),
        new(131048, 400, "(#131048) Spam rate limit hit",
            "Message failed to send because there are restrictions on how many messages can be sent from this phone number."),
        new(131049, 400, "(#131049) This message was not delivered to maintain healthy ecosystem engagement.",
            "In order to maintain a healthy ecosystem engagement, the message failed to be delivered."),
        new(131050, 400, "(#131050) User has stopped receiving marketing messages",
            "The user has chosen to stop receiving marketing messages from this business."),
        new(131051, 400, "(#131051) Unsupported message type", "Message type is currently not supported."),
        new(131052, 400, "(#131052) Media download error", "The media of the user's message could not be downloaded."),
        new(131053, 400, "(#131053) Media upload error", "The media of the message could not be used."),
        new(131056, 400, "(#131056) (Business Account, Consumer Account) pair rate limit hit",
            "Message failed to send because there were too many messages sent from this phone number to the same phone " +
            "number in a short period of time."),
        new(131057, 500, "(#131057) Account in maintenance mode", "The account is in maintenance.") { IsTransient = true },
        new(131062, 400, "(#131062) Business-scoped User ID (BSUID) recipients are not supported for this message.",
            "Business-scoped User ID (BSUID) recipients are not supported for this message."),
        new(132000, 400, "(#132000) Number of parameters does not match the expected number of params", null),
        new(132001, 404, "(#132001) Template name does not exist in the translation", null),
        new(132015, 400, "(#132015) Template is paused", "The template is paused because of its quality."),
        new(132016, 400, "(#132016) Template is disabled", "The template is disabled because of its quality."),
        new(133004, 503, "(#133004) Server temporarily unavailable", null) { IsTransient = true },
    }.ToFrozenDictionary(error => error.Code);

    /// <summary>An error by its code; one without a documented text gets a general one.</summary>
    internal static GraphError Of(int code) => Known.TryGetValue(code, out var known)
        ? known
        : new(code, code is 0 ? 401 : 400, $"(#{code}) An error occurred", "The local WhatsApp was asked to answer so.");

    internal static GraphRefusal Refuse(int code, string? details = null)
    {
        var error = Of(code);
        return new(details is null ? error : error with { Details = details });
    }

    /// <summary>A value is missing.</summary>
    internal static GraphRefusal Missing(string details) => Refuse(131008, details);

    /// <summary>A value cannot be.</summary>
    internal static GraphRefusal Invalid(string details) => Refuse(100, details);

    /// <summary>An object that is not there, or not this account's.</summary>
    internal static GraphRefusal NoSuchObject(string method, string id) => new(new(
        100, 400,
        $"Unsupported {method.ToLowerInvariant()} request. Object with ID '{id}' does not exist, cannot be loaded due to missing " +
        $"permissions, or does not support this operation. {Learn}", null)
    {
        Type = "GraphMethodException",
        Subcode = 33,
    });

    internal static GraphRefusal NoProduct() =>
        new(new(100, 400, "(#100) The parameter messaging_product is required.", null));

    internal static GraphRefusal UnknownPath() => new(new(
        2500, 400, $"Unknown path components. {Learn}", null));
}
