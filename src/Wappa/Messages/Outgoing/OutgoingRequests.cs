using System.Text.Json;

namespace Wappa;

/// <summary>A text with a button that sends the user's location; it comes back as a
/// <see cref="LocationMessage"/>.</summary>
public sealed record OutgoingLocationRequest : OutgoingInteractive
{
    private protected override string Kind => "location_request_message";

    private protected override void WriteAction(Utf8JsonWriter json) => json.WriteString("name"u8, "send_location"u8);
}

/// <summary>A text with a button that shares the user's phone number, for users who are known by a business-scoped id
/// only; it comes back as a <see cref="ContactsMessage"/> with <see cref="ContactCard.Origin"/>
/// <c>contact_request</c>.</summary>
public sealed record OutgoingContactRequest : OutgoingInteractive
{
    private protected override string Kind => "request_contact_info";

    private protected override void WriteAction(Utf8JsonWriter json) =>
        json.WriteString("name"u8, "request_contact_info"u8);
}

/// <summary>A text with buttons that permit or refuse calls from the business; the answer comes back as a
/// <see cref="CallPermissionReplyMessage"/>.</summary>
public sealed record OutgoingCallPermissionRequest : OutgoingInteractive
{
    private protected override string Kind => "call_permission_request";

    private protected override void WriteAction(Utf8JsonWriter json) =>
        json.WriteString("name"u8, "call_permission_request"u8);
}

/// <summary>A text with a button that asks for a postal address; it comes back as a <see cref="FlowReplyMessage"/> named
/// <c>address_message</c>. WhatsApp offers it in India.</summary>
public sealed record OutgoingAddressRequest : OutgoingInteractive
{
    /// <summary>The country as ISO 3166 names it in two letters. Default: <c>IN</c>.</summary>
    public string Country { get; init; } = "IN";

    /// <summary>What the form is filled with, under WhatsApp's names such as <c>name</c>, <c>city</c> or
    /// <c>in_pin_code</c>. Default: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    private protected override string Kind => "address_message";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        if (Country is not { Length: 2 })
        {
            throw new InvalidMessageException(
                path + nameof(Country), "is no country of two letters.", "Use ISO 3166, such as IN.");
        }
    }

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, "address_message"u8);
        json.WriteStartObject("parameters"u8);
        json.WriteString("country"u8, Country);
        if (Values is { Count: > 0 })
        {
            json.WriteStartObject("values"u8);
            foreach (var (name, value) in Values) json.WriteString(name, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
