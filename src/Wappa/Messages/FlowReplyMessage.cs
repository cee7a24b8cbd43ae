using System.Text.Json;

namespace Wappa;

/// <summary>What the user filled into a form, of an <see cref="OutgoingFlow"/> or an
/// <see cref="OutgoingAddressRequest"/>.</summary>
public sealed class FlowReplyMessage : Message
{
    /// <summary><c>flow</c> or <c>address_message</c>; <see langword="null"/> if not given.</summary>
    public string? Name { get; init; }

    /// <summary>What stands in the chat, such as <c>Sent</c>; <see langword="null"/> if not given.</summary>
    public string? Body { get; init; }

    /// <summary>What was filled in, as the text of a JSON object. The flow's token is in it as
    /// <c>flow_token</c>.</summary>
    public required string ResponseJson { get; init; }

    /// <summary>Parses <see cref="ResponseJson"/>. O(length) at each call.</summary>
    /// <returns>A value that needs no disposal.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public JsonElement ParseResponse() => JsonElement.Parse(ResponseJson);
}
