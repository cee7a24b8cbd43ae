using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Wappa;

/// <summary>
/// A message the business wrote beforehand and WhatsApp approved: the only kind that may be sent when the user's last
/// message is older than 24 hours. Here only its blanks are filled.
/// </summary>
/// <remarks>Which blanks there are, only WhatsApp knows; a wrong number of them is refused with code 132000.</remarks>
public sealed record OutgoingTemplate : OutgoingMessage
{
    internal const int MaxNameLength = 512;
    internal const int MaxButtons = 10;
    internal const int MaxHeaderLength = 60;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>The template's name: 1 to 512 of <c>a-z</c>, <c>0-9</c>, <c>_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The language and region it is sent in, such as <c>en_US</c>; approved like the template.</summary>
    public required string Language { get; init; }

    /// <summary>The header's blank, a text or a file. Default: none.</summary>
    public TemplateParameter? Header { get; init; }

    /// <summary>The body's blanks, in order unless they are named. Default: none.</summary>
    public IReadOnlyList<TemplateParameter> Body { get; init; } = [];

    /// <summary>What its buttons are filled with, at most 10. Default: none.</summary>
    public IReadOnlyList<TemplateButton> Buttons { get; init; } = [];

    /// <summary>The cards of a carousel template, 2 to 10. Default: none.</summary>
    public IReadOnlyList<TemplateCard> Cards { get; init; } = [];

    /// <summary>When a limited-time offer ends. Default: it is none.</summary>
    public DateTimeOffset? OfferEndsAt { get; init; }

    internal override string Type => "template";

    internal static void ValidateParts(
        string path, TemplateParameter? header, IReadOnlyList<TemplateParameter> body, IReadOnlyList<TemplateButton> buttons)
    {
        header?.Validate(path + nameof(Header), MaxHeaderLength);
        FieldRules.Present(path + nameof(Body), body);
        for (var i = 0; i < body.Count; i++)
        {
            FieldRules.Present($"{path}{nameof(Body)}[{i}]", body[i]);
            body[i].Validate($"{path}{nameof(Body)}[{i}]", OutgoingInteractive.MaxBodyLength);
        }

        var field = path + nameof(Buttons);
        FieldRules.Present(field, buttons);
        FieldRules.Count(field, "buttons", buttons.Count, 0, MaxButtons, "A template has no more.");
        for (var i = 0; i < buttons.Count; i++)
        {
            FieldRules.Present($"{field}[{i}]", buttons[i]);
            buttons[i].Validate($"{field}[{i}].");
        }

        FieldRules.Distinct(
            $"{field}.{nameof(TemplateButton.Index)}",
            buttons.Select(static button => button.Index.ToString(CultureInfo.InvariantCulture)));
    }

    internal static void WriteParts(
        Utf8JsonWriter json, TemplateParameter? header, IReadOnlyList<TemplateParameter> body,
        IReadOnlyList<TemplateButton> buttons)
    {
        if (header is not null) WriteComponent(json, "header"u8, [header]);
        if (body.Count > 0) WriteComponent(json, "body"u8, body);
        foreach (var button in buttons) button.WriteTo(json);
    }

    private protected override void ValidateContent(string path)
    {
        FieldRules.Required(path + nameof(Name), Name, MaxNameLength);
        if (Name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new InvalidMessageException(
                path + nameof(Name), "holds something else than a-z, 0-9 and _.", "Write it as WhatsApp Manager shows it.");
        }

        FieldRules.NotEmpty(path + nameof(Language), Language);
        ValidateParts(path, Header, Body, Buttons);
        FieldRules.Present(path + nameof(Cards), Cards);
        if (Cards.Count is 0) return;
        FieldRules.Count(
            path + nameof(Cards), "cards", Cards.Count, OutgoingCarousel.MinCards, OutgoingCarousel.MaxCards,
            "Use as many as the template has.");
        for (var i = 0; i < Cards.Count; i++)
        {
            FieldRules.Present($"{path}{nameof(Cards)}[{i}]", Cards[i]);
            ValidateParts($"{path}{nameof(Cards)}[{i}].", Cards[i].Header, Cards[i].Body, Cards[i].Buttons);
        }
    }

    private protected override void WriteContent(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, Name);
        json.WriteStartObject("language"u8);
        json.WriteString("code"u8, Language);
        json.WriteEndObject();
        if (HasComponents)
        {
            json.WriteStartArray("components"u8);
            WriteOffer(json);
            WriteParts(json, Header, Body, Buttons);
            WriteCards(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private bool HasComponents =>
        Header is not null || Body.Count > 0 || Buttons.Count > 0 || Cards.Count > 0 || OfferEndsAt is not null;

    private void WriteOffer(Utf8JsonWriter json)
    {
        if (OfferEndsAt is not { } end) return;
        json.WriteStartObject();
        json.WriteString("type"u8, "limited_time_offer"u8);
        json.WriteStartArray("parameters"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "limited_time_offer"u8);
        json.WriteStartObject("limited_time_offer"u8);
        json.WriteNumber("expiration_time_ms"u8, end.ToUnixTimeMilliseconds());
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteCards(Utf8JsonWriter json)
    {
        if (Cards.Count is 0) return;
        json.WriteStartObject();
        json.WriteString("type"u8, "carousel"u8);
        json.WriteStartArray("cards"u8);
        for (var i = 0; i < Cards.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("card_index"u8, i);
            json.WriteStartArray("components"u8);
            WriteParts(json, Cards[i].Header, Cards[i].Body, Cards[i].Buttons);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteComponent(
        Utf8JsonWriter json, ReadOnlySpan<byte> type, IReadOnlyList<TemplateParameter> parameters)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteStartArray("parameters"u8);
        foreach (var parameter in parameters) parameter.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>One card of a carousel template.</summary>
public sealed record TemplateCard
{
    /// <summary>The picture or video above the card. Default: none.</summary>
    public TemplateParameter? Header { get; init; }

    /// <summary>The blanks of the card's text. Default: none.</summary>
    public IReadOnlyList<TemplateParameter> Body { get; init; } = [];

    /// <summary>What the card's buttons are filled with. Default: none.</summary>
    public IReadOnlyList<TemplateButton> Buttons { get; init; } = [];
}
