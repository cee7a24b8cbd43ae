using System.Text.Json;

namespace Wappa;

/// <summary>What fills one blank of a template. A plain string converts to a text.</summary>
public sealed class TemplateParameter
{
    private readonly string _type;
    private readonly Action<string, int> _validate;
    private readonly Action<Utf8JsonWriter> _write;

    private TemplateParameter(string type, Action<string, int> validate, Action<Utf8JsonWriter> write) =>
        (_type, _validate, _write) = (type, validate, write);

    /// <summary>The blank's name, for templates with named blanks. Default: it is filled by its position.</summary>
    public string? Name { get; init; }

    /// <summary>A text.</summary>
    /// <param name="text">1 to 1,024 characters, in a header 60.</param>
    public static implicit operator TemplateParameter(string text) => FromText(text);

    /// <summary>A text.</summary>
    /// <param name="text">1 to 1,024 characters, in a header 60.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    public static TemplateParameter FromText(string text, string? name = null) =>
        new("text", (field, max) => FieldRules.Required(field, text, max), json => json.WriteString("text"u8, text))
        {
            Name = name,
        };

    /// <summary>An amount of money, shown as the user's phone writes it.</summary>
    /// <param name="amount">The amount, to a thousandth.</param>
    /// <param name="code">The currency as ISO 4217 names it, such as <c>EUR</c>.</param>
    /// <param name="fallback">What is shown where the phone cannot write it.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    public static TemplateParameter FromCurrency(decimal amount, string code, string fallback, string? name = null) => new(
        "currency",
        (field, _) =>
        {
            FieldRules.NotEmpty(field + ".code", code);
            FieldRules.NotEmpty(field + ".fallback", fallback);
            if (Math.Abs(amount) < long.MaxValue / 1000) return;
            throw new InvalidMessageException(field + ".amount", "is too large for thousandths in 64 bits.", "Lower it.");
        },
        json =>
        {
            json.WriteStartObject("currency"u8);
            json.WriteString("fallback_value"u8, fallback);
            json.WriteString("code"u8, code);
            json.WriteNumber("amount_1000"u8, (long)decimal.Round(amount * 1000, MidpointRounding.ToEven));
            json.WriteEndObject();
        })
    {
        Name = name,
    };

    /// <summary>A date, as the app writes it.</summary>
    /// <param name="text">The date as it is shown.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    public static TemplateParameter FromDate(string text, string? name = null) => new(
        "date_time",
        (field, _) => FieldRules.NotEmpty(field, text),
        json =>
        {
            json.WriteStartObject("date_time"u8);
            json.WriteString("fallback_value"u8, text);
            json.WriteEndObject();
        })
    {
        Name = name,
    };

    /// <summary>A header's picture.</summary>
    /// <param name="media">JPEG or PNG.</param>
    public static TemplateParameter FromImage(MediaSource media) => FromFile("image", media, null);

    /// <summary>A header's video.</summary>
    /// <param name="media">MP4 or 3GP.</param>
    public static TemplateParameter FromVideo(MediaSource media) => FromFile("video", media, null);

    /// <summary>A header's document.</summary>
    /// <param name="media">The file.</param>
    /// <param name="fileName">The name it is shown under. Default: WhatsApp's choice.</param>
    public static TemplateParameter FromDocument(MediaSource media, string? fileName = null) =>
        FromFile("document", media, fileName);

    /// <summary>A header's place.</summary>
    /// <param name="location">The place.</param>
    public static TemplateParameter FromLocation(OutgoingLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return new(
            "location",
            (field, _) => OutgoingLocation.ValidateAt(field + ".", location.Latitude, location.Longitude),
            json =>
            {
                json.WritePropertyName("location"u8);
                location.WriteValue(json);
            });
    }

    /// <summary>The kind of the blank.</summary>
    public override string ToString() => $"{nameof(TemplateParameter)} ({_type})";

    internal void Validate(string field, int maxText)
    {
        FieldRules.NullOrNotEmpty($"{field}.{nameof(Name)}", Name);
        _validate(field, maxText);
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, _type);
        if (Name is not null) json.WriteString("parameter_name"u8, Name);
        _write(json);
        json.WriteEndObject();
    }

    private static TemplateParameter FromFile(string type, MediaSource media, string? fileName) => new(
        type,
        (field, _) => MediaSource.Validate(field, media),
        json =>
        {
            json.WriteStartObject(type);
            media.WriteTo(json);
            if (!string.IsNullOrEmpty(fileName)) json.WriteString("filename"u8, fileName);
            json.WriteEndObject();
        });
}
