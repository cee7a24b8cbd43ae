using System.Globalization;
using System.Text.Json;

namespace Wappa;

/// <summary>What fills one button of a template. Buttons without blanks are left out.</summary>
public sealed class TemplateButton
{
    internal const int MaxCodeLength = 20;
    internal const int MaxUrlLength = 2000;

    private readonly string _kind;
    private readonly Action<string> _validate;
    private readonly Action<Utf8JsonWriter> _writeParameters;

    private TemplateButton(int index, string kind, Action<string> validate, Action<Utf8JsonWriter> writeParameters) =>
        (Index, _kind, _validate, _writeParameters) = (index, kind, validate, writeParameters);

    /// <summary>The button's place in the template, from 0 to 9.</summary>
    public int Index { get; }

    /// <summary>A button that answers; the press comes back as a <see cref="TemplateReplyMessage"/>.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="payload">What comes back.</param>
    public static TemplateButton QuickReply(int index, string payload) =>
        OfText(index, "quick_reply", "payload", payload, int.MaxValue);

    /// <summary>The variable end of a button's address.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="suffix">1 to 2,000 characters put behind the approved address.</param>
    public static TemplateButton Url(int index, string suffix) => OfText(index, "url", "text", suffix, MaxUrlLength);

    /// <summary>A code the user copies with one touch.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="code">1 to 20 characters.</param>
    public static TemplateButton CopyCode(int index, string code) =>
        OfText(index, "copy_code", "coupon_code", code, MaxCodeLength);

    /// <summary>A form; see <see cref="OutgoingFlow"/>.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="token">What comes back with the answer. Default: WhatsApp's <c>unused</c>.</param>
    /// <param name="data">What the first screen is given, a JSON object. Default: nothing.</param>
    public static TemplateButton Flow(int index, string? token = null, JsonElement? data = null) => OfAction(
        index, "flow",
        field =>
        {
            FieldRules.NullOrNotEmpty(field + "Token", token);
            if (data is { ValueKind: not JsonValueKind.Object })
                throw new InvalidMessageException(field + "Data", "is no JSON object.", "Give the screen an object.");
        },
        json =>
        {
            if (token is not null) json.WriteString("flow_token"u8, token);
            if (data is not { } given) return;
            json.WritePropertyName("flow_action_data"u8);
            given.WriteTo(json);
        });

    /// <summary>The catalogue.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="thumbnailRetailerId">The product whose picture is shown. Default: the catalogue's first.</param>
    public static TemplateButton Catalog(int index, string? thumbnailRetailerId = null) => OfAction(
        index, "catalog",
        field => FieldRules.NullOrNotEmpty(field + "ThumbnailRetailerId", thumbnailRetailerId),
        json =>
        {
            if (thumbnailRetailerId is not null) json.WriteString("thumbnail_product_retailer_id"u8, thumbnailRetailerId);
        });

    /// <summary>Up to 30 products.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="thumbnailRetailerId">The product whose picture is shown.</param>
    /// <param name="sections">1 to 10 sections with 30 products in total.</param>
    public static TemplateButton Products(int index, string thumbnailRetailerId, IReadOnlyList<ProductSection> sections) =>
        OfAction(
            index, "mpm",
            field =>
            {
                FieldRules.NotEmpty(field + "ThumbnailRetailerId", thumbnailRetailerId);
                OutgoingProductList.ValidateSections(field + "Sections", sections);
            },
            json =>
            {
                json.WriteString("thumbnail_product_retailer_id"u8, thumbnailRetailerId);
                OutgoingProductList.WriteSections(json, sections);
            });

    /// <summary>A button of a kind that has no method here.</summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="kind">WhatsApp's name of the kind, such as <c>voice_call</c>.</param>
    /// <param name="parameters">Its parameters, a JSON array.</param>
    public static TemplateButton Raw(int index, string kind, JsonElement parameters) => new(
        index, kind,
        field =>
        {
            FieldRules.NotEmpty(field + "Kind", kind);
            if (parameters.ValueKind == JsonValueKind.Array) return;
            throw new InvalidMessageException(field + "Parameters", "are no JSON array.", "Give it one.");
        },
        json =>
        {
            foreach (var parameter in parameters.EnumerateArray()) parameter.WriteTo(json);
        });

    /// <summary>The kind of the button.</summary>
    public override string ToString() => $"{nameof(TemplateButton)} ({_kind})";

    internal void Validate(string path)
    {
        if (Index is < 0 or >= OutgoingTemplate.MaxButtons)
        {
            throw new InvalidMessageException(
                path + nameof(Index), "is outside of 0 to 9.", "Count the template's buttons from 0.");
        }

        _validate(path);
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "button"u8);
        json.WriteString("sub_type"u8, _kind);
        json.WriteString("index"u8, Index.ToString(CultureInfo.InvariantCulture));
        json.WriteStartArray("parameters"u8);
        _writeParameters(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static TemplateButton OfText(int index, string kind, string type, string text, int max) => new(
        index, kind,
        field =>
        {
            if (max == int.MaxValue) FieldRules.NotEmpty(field + type, text);
            else FieldRules.Required(field + type, text, max);
        },
        json =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString(type, text);
            json.WriteEndObject();
        });

    private static TemplateButton OfAction(
        int index, string kind, Action<string> validate, Action<Utf8JsonWriter> writeAction) => new(
        index, kind, validate,
        json =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "action"u8);
            json.WriteStartObject("action"u8);
            writeAction(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
}
