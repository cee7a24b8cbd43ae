using System.Text.Json;

namespace Wappa;

/// <summary>What is shown above the text of an interactive message. A plain string converts to a text header.</summary>
public sealed record MessageHeader
{
    internal const int MaxTextLength = 60;

    private readonly string _type;

    private MessageHeader(string type) => _type = type;

    /// <summary>The text, shown bold; <see langword="null"/> for a header that is a file.</summary>
    public string? Text { get; private init; }

    /// <summary>The file; <see langword="null"/> for a text.</summary>
    public MediaSource? Media { get; private init; }

    /// <summary>The name of a document; <see langword="null"/> for anything else, or none.</summary>
    public string? FileName { get; private init; }

    /// <summary>Whether it is a picture or a video, the only headers a carousel's card can have.</summary>
    internal bool IsPicture => _type is "image" or "video";

    /// <summary>A text header.</summary>
    /// <param name="text">1 to 60 characters.</param>
    public static implicit operator MessageHeader(string text) => FromText(text);

    /// <summary>A text header.</summary>
    /// <param name="text">1 to 60 characters.</param>
    public static MessageHeader FromText(string text) => new("text") { Text = text };

    /// <summary>A picture.</summary>
    /// <param name="media">JPEG or PNG.</param>
    public static MessageHeader FromImage(MediaSource media) => new("image") { Media = media };

    /// <summary>A video.</summary>
    /// <param name="media">MP4 or 3GP.</param>
    public static MessageHeader FromVideo(MediaSource media) => new("video") { Media = media };

    /// <summary>A document.</summary>
    /// <param name="media">The file.</param>
    /// <param name="fileName">The name it is shown under. Default: WhatsApp's choice.</param>
    public static MessageHeader FromDocument(MediaSource media, string? fileName = null) =>
        new("document") { Media = media, FileName = fileName };

    internal void Validate(string field, bool textOnly)
    {
        if (_type is "text") FieldRules.Required($"{field}.{nameof(Text)}", Text, MaxTextLength);
        else if (!textOnly) MediaSource.Validate($"{field}.{nameof(Media)}", Media);
        else throw new InvalidMessageException(field, "is a file, but this kind takes only a text.", $"Use {nameof(FromText)}.");
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, _type);
        if (Media is null) json.WriteString("text"u8, Text);
        else
        {
            json.WriteStartObject(_type);
            Media.WriteTo(json);
            if (FileName is not null) json.WriteString("filename"u8, FileName);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
