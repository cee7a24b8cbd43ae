using System.Text.Json;

namespace Wappa;

/// <summary>One card of an <see cref="OutgoingCarousel"/>: a picture or video with a link or with buttons, or a product.
/// Make one with <see cref="WithLink"/>, <see cref="WithButtons"/> or <see cref="OfProduct"/>.</summary>
public sealed record CarouselCard
{
    internal const int MaxBodyLength = 160;
    internal const int MaxLineBreaks = 2;
    internal const int MaxButtonIdLength = 20;
    internal const int MaxButtons = 3;

    private CarouselCard()
    {
    }

    /// <summary>The picture or video; <see langword="null"/> for a product, which brings its own.</summary>
    public MessageHeader? Header { get; private init; }

    /// <summary>At most 160 characters on three lines; <see langword="null"/> for none.</summary>
    public string? Body { get; private init; }

    private string? LinkText { get; init; }

    private string? Url { get; init; }

    private IReadOnlyList<ReplyButton>? Buttons { get; init; }

    private ProductReference? Product { get; init; }

    /// <summary>What all cards of a carousel must share.</summary>
    internal (bool Link, int Buttons, bool Product) Layout => (Url is not null, Buttons?.Count ?? 0, Product is not null);

    /// <summary>A card that opens a web page.</summary>
    /// <param name="header">A picture or a video.</param>
    /// <param name="buttonText">1 to 20 characters.</param>
    /// <param name="url">Absolute, http or https.</param>
    /// <param name="body">At most 160 characters on three lines. Default: none.</param>
    public static CarouselCard WithLink(MessageHeader header, string buttonText, string url, string? body = null) =>
        new() { Header = header, Body = body, LinkText = buttonText, Url = url };

    /// <summary>A card with buttons that answer.</summary>
    /// <param name="header">A picture or a video.</param>
    /// <param name="buttons">1 to 3 buttons whose ids have at most 20 characters.</param>
    /// <param name="body">At most 160 characters on three lines. Default: none.</param>
    public static CarouselCard WithButtons(
        MessageHeader header, IReadOnlyList<ReplyButton> buttons, string? body = null) =>
        new() { Header = header, Body = body, Buttons = buttons };

    /// <summary>A card that shows a product of the catalogue.</summary>
    /// <param name="catalogId">The catalogue connected to the account.</param>
    /// <param name="retailerId">The product's id as the business named it.</param>
    public static CarouselCard OfProduct(string catalogId, string retailerId) => new() { Product = new(catalogId, retailerId) };

    internal void Validate(string path)
    {
        if (Product is { } product)
        {
            FieldRules.NotEmpty(path + nameof(product.CatalogId), product.CatalogId);
            FieldRules.NotEmpty(path + nameof(product.RetailerId), product.RetailerId);
            return;
        }

        ValidateHeader(path + nameof(Header));
        ValidateBody(path + nameof(Body));
        if (Url is not null)
        {
            FieldRules.Required(path + nameof(OutgoingLink.ButtonText), LinkText, OutgoingLink.MaxButtonLength);
            FieldRules.Link(path + nameof(Url), Url);
            return;
        }

        var field = path + nameof(Buttons);
        FieldRules.Present(field, Buttons);
        FieldRules.Count(field, "buttons", Buttons.Count, 1, MaxButtons, "Leave the rarest out.");
        for (var i = 0; i < Buttons.Count; i++) ReplyButton.Validate($"{field}[{i}]", Buttons[i], MaxButtonIdLength);
    }

    internal void WriteTo(Utf8JsonWriter json, int index)
    {
        json.WriteStartObject();
        json.WriteNumber("card_index"u8, index);
        json.WriteString("type"u8, Product is null ? "cta_url"u8 : "product"u8);
        if (Header is not null)
        {
            json.WritePropertyName("header"u8);
            Header.WriteTo(json);
        }

        if (!string.IsNullOrEmpty(Body))
        {
            json.WriteStartObject("body"u8);
            json.WriteString("text"u8, Body);
            json.WriteEndObject();
        }

        json.WriteStartObject("action"u8);
        WriteAction(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteAction(Utf8JsonWriter json)
    {
        if (Product is { } product)
        {
            json.WriteString("product_retailer_id"u8, product.RetailerId);
            json.WriteString("catalog_id"u8, product.CatalogId);
        }
        else if (Url is not null) OutgoingLink.WriteAction(json, LinkText!, Url);
        else
        {
            json.WriteStartArray("buttons"u8);
            foreach (var button in Buttons!) button.WriteTo(json, "quick_reply"u8);
            json.WriteEndArray();
        }
    }

    private void ValidateHeader(string field)
    {
        FieldRules.Present(field, Header);
        if (!Header.IsPicture)
        {
            throw new InvalidMessageException(
                field, "is neither a picture nor a video.",
                $"Use {nameof(MessageHeader)}.{nameof(MessageHeader.FromImage)} or {nameof(MessageHeader.FromVideo)}.");
        }

        Header.Validate(field, textOnly: false);
    }

    private void ValidateBody(string field)
    {
        FieldRules.AtMost(field, Body, MaxBodyLength);
        FieldRules.Count(
            field, "line breaks", Body?.AsSpan().Count('\n') ?? 0, 0, MaxLineBreaks, "Write it on at most three lines.");
    }
}
