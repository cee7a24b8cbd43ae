using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads one element of <c>messages</c>: what all types share, and a text's body, which is what most messages
/// are; the other types' content is read in a second pass, when the type is known.</summary>
internal static class MessageReader
{
    private const string TextType = "text";

    /// <summary>Reads an object whose start is the current token.</summary>
    /// <returns>Null if it has no id: without one it could not be told from its next delivery.</returns>
    internal static ItemDraft? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        var parts = default(MessageParts);
        ItemDraft draft = new() { Content = "", RawJson = [] };
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("from"u8)) draft.WaId = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("id"u8)) parts.Id = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("timestamp"u8)) parts.Timestamp = LenientText.ReadTime(ref reader);
            else if (name.SequenceEqual("type"u8)) parts.Type = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("text"u8)) parts.Text = ReadBody(ref reader);
            else if (name.SequenceEqual("from_user_id"u8)) draft.Bsuid = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("from_parent_user_id"u8)) draft.ParentBsuid = LenientText.ReadId(ref reader);
            else if (!ReadRest(ref reader, name, ref parts)) reader.Skip();
        }

        if (parts.Id is null) return null;
        parts.RawJson = draft.RawJson = body[start..(int)reader.BytesConsumed].ToArray();
        draft.Content = NewMessage(parts);
        return draft;
    }

    /// <summary>Makes the message of what was read.</summary>
    internal static Message NewMessage(in MessageParts parts)
    {
        if (parts is { Type: TextType, Text: { } text })
            return new TextMessage { Id = parts.Id!, Type = TextType, Parts = parts, Body = text };
        return ContentReader.Read(parts) ??
            new UnknownMessage { Id = parts.Id!, Type = parts.Type ?? "", Parts = parts };
    }

    /// <summary>Moves to the value of <c>text</c> and reads its body.</summary>
    internal static string? ReadBody(ref Utf8JsonReader reader) => LenientText.ReadTextOf(ref reader, "body"u8);

    private static bool ReadRest(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, ref MessageParts parts)
    {
        if (name.SequenceEqual("context"u8)) parts.Context = ContextReader.Read(ref reader);
        else if (name.SequenceEqual("referral"u8)) parts.Referral = ReferralReader.Read(ref reader);
        else if (name.SequenceEqual("group_id"u8)) parts.GroupId = LenientText.ReadId(ref reader);
        else if (name.SequenceEqual("identity"u8)) parts.Identity = ReadIdentity(ref reader);
        else if (name.SequenceEqual("errors"u8))
        {
            reader.Read();
            parts.Errors = ErrorReader.Read(ref reader);
        }
        else return false;
        return true;
    }

    private static MessageIdentity? ReadIdentity(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var acknowledged = false;
        DateTimeOffset? created = null;
        string? hash = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("acknowledged"u8)) acknowledged = LenientText.ReadFlag(ref reader);
            else if (name.SequenceEqual("created_timestamp"u8)) created = LenientText.ReadTime(ref reader);
            else if (name.SequenceEqual("hash"u8)) hash = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new(acknowledged, created, hash);
    }
}
