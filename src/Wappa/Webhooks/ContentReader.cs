using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>
/// Reads what a message of a known type consists of: the property that is called like the type. A message that lacks
/// what its type cannot do without is of no known type; everything else may be missing.
/// </summary>
internal static class ContentReader
{
    /// <returns>Null for a type that is not known, or content that is not what the type says.</returns>
    internal static Message? Read(in MessageParts parts) => parts.Type switch
    {
        "image" or "video" or "audio" or "document" or "sticker" => ReadMedia(parts),
        "interactive" => Find(parts, out var reader) ? InteractiveReader.Read(ref reader, parts) : null,
        "button" => Find(parts, out var reader) ? InteractiveReader.ReadTemplateReply(ref reader, parts) : null,
        "reaction" => ReadReaction(parts),
        "location" => ReadLocation(parts),
        "contacts" => ReadContacts(parts),
        "order" => Find(parts, out var reader) ? OrderReader.Read(ref reader, parts) : null,
        "system" => ReadSystem(parts),
        "edit" => Find(parts, out var reader) ? EditReader.Read(ref reader, parts) : null,
        "revoke" => ReadRevoke(parts),
        "unsupported" or "unknown" => ReadUnsupported(parts),
        "request_welcome" => new WelcomeRequestMessage { Id = parts.Id!, Type = parts.Type, Parts = parts },
        _ => null,
    };

    /// <summary>Finds the content's property; of several the last one.</summary>
    /// <param name="parts">The message.</param>
    /// <param name="content">At the property's name: the next token is its value.</param>
    private static bool Find(in MessageParts parts, out Utf8JsonReader content)
    {
        var reader = new Utf8JsonReader(parts.RawJson, new() { MaxDepth = 64 });
        content = default;
        var found = false;
        Span<byte> type = stackalloc byte[32]; // every type that is looked for is shorter, and ASCII
        type = type[..System.Text.Encoding.ASCII.GetBytes(parts.Type, type)];
        reader.Read();
        while (LenientText.ReadProperty(ref reader))
        {
            if (LenientText.NameOf(ref reader).SequenceEqual(type))
            {
                content = reader;
                found = true;
            }

            reader.Skip();
        }

        return found;
    }

    private static MediaMessage? ReadMedia(in MessageParts parts) =>
        Find(parts, out var reader) && MediaReader.Read(ref reader) is { } media ? media.ToMessage(parts) : null;

    private static ReactionMessage? ReadReaction(in MessageParts parts)
    {
        if (!Find(parts, out var reader) || !LenientText.EnterObject(ref reader)) return null;
        string? target = null, emoji = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("message_id"u8)) target = LenientText.ReadId(ref reader);
            // A removal comes without the emoji or with an empty one.
            else if (name.SequenceEqual("emoji"u8)) emoji = LenientText.ReadId(ref reader);
            else reader.Skip();
        }

        return target is null
            ? null
            : new() { Id = parts.Id!, Type = parts.Type!, Parts = parts, TargetId = target, Emoji = emoji };
    }

    private static LocationMessage? ReadLocation(in MessageParts parts)
    {
        if (!Find(parts, out var reader) || !LenientText.EnterObject(ref reader)) return null;
        double? latitude = null, longitude = null;
        string? title = null, address = null, url = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("latitude"u8)) latitude = LenientText.ReadDouble(ref reader);
            else if (name.SequenceEqual("longitude"u8)) longitude = LenientText.ReadDouble(ref reader);
            else if (name.SequenceEqual("name"u8)) title = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("address"u8)) address = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("url"u8)) url = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        if (latitude is null || longitude is null) return null;
        return new()
        {
            Id = parts.Id!,
            Type = parts.Type!,
            Parts = parts,
            Latitude = latitude.Value,
            Longitude = longitude.Value,
            Name = title,
            Address = address,
            Url = url,
        };
    }

    private static ContactsMessage? ReadContacts(in MessageParts parts)
    {
        if (!Find(parts, out var reader)) return null;
        var contacts = LenientText.ReadList(ref reader, ContactCardReader.Read);
        return contacts.Count is 0
            ? null
            : new() { Id = parts.Id!, Type = parts.Type!, Parts = parts, Contacts = contacts };
    }

    private static SystemMessage? ReadSystem(in MessageParts parts)
    {
        if (!Find(parts, out var reader) || !LenientText.EnterObject(ref reader)) return null;
        string? body = null, kind = null, waId = null, bsuid = null, identity = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("type"u8)) kind = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("body"u8)) body = LenientText.ReadText(ref reader);
            // The older spelling of the same; both may be there, and then agree.
            else if (name.SequenceEqual("wa_id"u8) || name.SequenceEqual("new_wa_id"u8))
                waId = LenientText.ReadId(ref reader) ?? waId;
            else if (name.SequenceEqual("user_id"u8)) bsuid = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("identity"u8)) identity = LenientText.ReadId(ref reader);
            else reader.Skip();
        }

        return new()
        {
            Id = parts.Id!,
            Type = parts.Type!,
            Parts = parts,
            Kind = kind ?? "",
            Body = body,
            NewPhoneNumber = waId,
            NewBsuid = bsuid,
            IdentityKeyHash = identity,
        };
    }

    private static RevokeMessage? ReadRevoke(in MessageParts parts)
    {
        if (!Find(parts, out var reader)) return null;
        var original = LenientText.ReadTextOf(ref reader, "original_message_id"u8);
        return string.IsNullOrEmpty(original)
            ? null
            : new() { Id = parts.Id!, Type = parts.Type!, Parts = parts, OriginalMessageId = original };
    }

    private static UnsupportedMessage ReadUnsupported(in MessageParts parts) => new()
    {
        Id = parts.Id!,
        Type = parts.Type!,
        Parts = parts,
        Kind = Find(parts, out var reader) ? LenientText.ReadTextOf(ref reader, "type"u8) : null,
    };
}
