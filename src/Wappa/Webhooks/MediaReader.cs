using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads the object that describes a file.</summary>
internal static class MediaReader
{
    /// <summary>Moves to the property's value and reads it.</summary>
    /// <returns>Null without an id: such a file cannot be fetched.</returns>
    internal static Parts? Read(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var parts = default(Parts);
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("id"u8)) parts.Id = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("mime_type"u8)) parts.MimeType = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("sha256"u8)) parts.Sha256 = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("url"u8)) parts.Url = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("caption"u8)) parts.Caption = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("filename"u8)) parts.FileName = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("voice"u8)) parts.IsVoice = LenientText.ReadFlag(ref reader);
            else if (name.SequenceEqual("animated"u8)) parts.IsAnimated = LenientText.ReadFlag(ref reader);
            else reader.Skip();
        }

        return parts.Id is null ? null : parts;
    }

    internal struct Parts
    {
        internal string? Id, MimeType, Sha256, Url, Caption, FileName;
        internal bool IsVoice, IsAnimated;

        internal readonly MediaMessage ToMessage(in MessageParts common)
        {
            var (id, type) = (common.Id!, common.Type!);
            var media = new MediaReference { Id = Id!, MimeType = MimeType, Sha256 = Sha256, Url = Url };
            return type switch
            {
                "image" => new ImageMessage { Id = id, Type = type, Parts = common, Media = media, Caption = Caption },
                "video" => new VideoMessage { Id = id, Type = type, Parts = common, Media = media, Caption = Caption },
                "audio" => new AudioMessage { Id = id, Type = type, Parts = common, Media = media, IsVoice = IsVoice },
                "sticker" => new StickerMessage { Id = id, Type = type, Parts = common, Media = media, IsAnimated = IsAnimated },
                _ => new DocumentMessage
                {
                    Id = id, Type = type, Parts = common, Media = media, Caption = Caption, FileName = FileName,
                },
            };
        }
    }
}
