using System.Text.Json;

namespace Wappa;

/// <summary>A text with a button that opens a form made with WhatsApp Flows; what the user fills in comes back as a
/// <see cref="FlowReplyMessage"/>. One of <see cref="FlowId"/> and <see cref="FlowName"/> names the form.</summary>
public sealed record OutgoingFlow : OutgoingFramed
{
    internal const int MaxButtonLength = 30;

    /// <summary>1 to 30 characters on the button; older phones show 20.</summary>
    public required string ButtonText { get; init; }

    /// <summary>The form's id.</summary>
    public string? FlowId { get; init; }

    /// <summary>The form's name.</summary>
    public string? FlowName { get; init; }

    /// <summary>What comes back with the answer, to know which form it was. Default: WhatsApp's
    /// <c>unused</c>.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the form is sent as the draft it is, to test it. Default: no.</summary>
    public bool IsDraft { get; init; }

    /// <summary>The first screen; <see langword="null"/> asks the form's endpoint for it
    /// (<c>data_exchange</c>).</summary>
    public string? Screen { get; init; }

    /// <summary>What the first screen is given, a JSON object that is not empty. Default: nothing.</summary>
    public JsonElement? Data { get; init; }

    private protected override string Kind => "flow";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        FieldRules.Required(path + nameof(ButtonText), ButtonText, MaxButtonLength);
        FieldRules.NullOrNotEmpty(path + nameof(Token), Token);
        FieldRules.NullOrNotEmpty(path + nameof(Screen), Screen);
        if (string.IsNullOrEmpty(FlowId) == string.IsNullOrEmpty(FlowName))
        {
            throw new InvalidMessageException(
                path + nameof(FlowId), $"and {nameof(FlowName)} are both set or both missing.", "Set one of them.");
        }

        if (Data is null) return;
        if (Data.Value.ValueKind != JsonValueKind.Object)
            throw new InvalidMessageException(path + nameof(Data), "is no JSON object.", "Give the screen an object.");
        if (Screen is null)
        {
            throw new InvalidMessageException(
                path + nameof(Data), $"is set without {nameof(Screen)}.", "Data go to a screen: name it.");
        }
    }

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, "flow"u8);
        json.WriteStartObject("parameters"u8);
        json.WriteString("flow_message_version"u8, "3"u8);
        if (Token is not null) json.WriteString("flow_token"u8, Token);
        if (string.IsNullOrEmpty(FlowName)) json.WriteString("flow_id"u8, FlowId);
        else json.WriteString("flow_name"u8, FlowName);
        json.WriteString("flow_cta"u8, ButtonText);
        if (IsDraft) json.WriteString("mode"u8, "draft"u8);
        json.WriteString("flow_action"u8, Screen is null ? "data_exchange"u8 : "navigate"u8);
        if (Screen is not null)
        {
            json.WriteStartObject("flow_action_payload"u8);
            json.WriteString("screen"u8, Screen);
            if (Data is { } data)
            {
                json.WritePropertyName("data"u8);
                data.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
