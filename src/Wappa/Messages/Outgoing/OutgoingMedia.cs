using System.Text.Json;

namespace Wappa;

/// <summary>A file with what belongs to it.</summary>
public abstract record OutgoingMedia : OutgoingMessage
{
    internal const int MaxCaptionLength = 1024;

    private protected OutgoingMedia()
    {
    }

    /// <summary>Where the file is.</summary>
    public required MediaSource Media { get; init; }

    private protected override void ValidateContent(string path) => MediaSource.Validate(path + nameof(Media), Media);

    private protected override void WriteContent(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Media.WriteTo(json);
        WriteRest(json);
        json.WriteEndObject();
    }

    private protected virtual void WriteRest(Utf8JsonWriter json)
    {
    }

    private protected static void ValidateCaption(string path, string? caption) =>
        FieldRules.AtMost(path, caption, MaxCaptionLength, "Shorten it, or send a text after the file.");

    private protected static void WriteCaption(Utf8JsonWriter json, string? caption)
    {
        if (!string.IsNullOrEmpty(caption)) json.WriteString("caption"u8, caption);
    }
}

/// <summary>A picture: JPEG or PNG, at most 5 MB.</summary>
public sealed record OutgoingImage : OutgoingMedia
{
    /// <summary>At most 1,024 characters shown below it. Default: none.</summary>
    public string? Caption { get; init; }

    internal override string Type => "image";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        ValidateCaption(path + nameof(Caption), Caption);
    }

    private protected override void WriteRest(Utf8JsonWriter json) => WriteCaption(json, Caption);
}

/// <summary>A video: MP4 or 3GP with H.264 and AAC, at most 16 MB.</summary>
public sealed record OutgoingVideo : OutgoingMedia
{
    /// <inheritdoc cref="OutgoingImage.Caption"/>
    public string? Caption { get; init; }

    internal override string Type => "video";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        ValidateCaption(path + nameof(Caption), Caption);
    }

    private protected override void WriteRest(Utf8JsonWriter json) => WriteCaption(json, Caption);
}

/// <summary>A sound: AAC, AMR, MP3, M4A or OGG with Opus, at most 16 MB. It has no caption.</summary>
public sealed record OutgoingAudio : OutgoingMedia
{
    /// <summary>Whether it is shown as a voice message, with the sender's picture; it must be OGG with Opus. Default:
    /// no.</summary>
    public bool IsVoice { get; init; }

    internal override string Type => "audio";

    private protected override void WriteRest(Utf8JsonWriter json)
    {
        if (IsVoice) json.WriteBoolean("voice"u8, true);
    }
}

/// <summary>A document, at most 100 MB.</summary>
public sealed record OutgoingDocument : OutgoingMedia
{
    /// <inheritdoc cref="OutgoingImage.Caption"/>
    public string? Caption { get; init; }

    /// <summary>The name it is shown and saved under; its extension decides the icon. Default: WhatsApp's
    /// choice.</summary>
    public string? FileName { get; init; }

    internal override string Type => "document";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        ValidateCaption(path + nameof(Caption), Caption);
        FieldRules.NullOrNotEmpty(path + nameof(FileName), FileName);
    }

    private protected override void WriteRest(Utf8JsonWriter json)
    {
        WriteCaption(json, Caption);
        if (FileName is not null) json.WriteString("filename"u8, FileName);
    }
}

/// <summary>A sticker: WebP, at most 100 KB, animated 500 KB.</summary>
public sealed record OutgoingSticker : OutgoingMedia
{
    internal override string Type => "sticker";
}
