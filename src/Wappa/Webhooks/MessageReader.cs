using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads one element of <c>messages</c>.</summary>
internal static class MessageReader
{
    private const string TextType = "text";

    /// <summary>Reads an object whose start is the current token.</summary>
    /// <returns>Null if it has no id: without one it could not be told from its next delivery.</returns>
    internal static ItemDraft? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        var parts = default(Parts);
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
            else if (name.SequenceEqual("context"u8)) parts.Context = ContextReader.Read(ref reader);
            else if (name.SequenceEqual("referral"u8)) parts.Referral = ReferralReader.Read(ref reader);
            else if (name.SequenceEqual("group_id"u8)) parts.GroupId = LenientText.ReadId(ref reader);
            else reader.Skip();
        }

        if (parts.Id is null) return null;
        draft.RawJson = body[start..(int)reader.BytesConsumed].ToArray();
        draft.Content = NewMessage(parts, draft.RawJson);
        return draft;
    }

    private static string? ReadBody(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? text = null;
        while (LenientText.ReadProperty(ref reader))
        {
            if (LenientText.NameOf(ref reader).SequenceEqual("body"u8)) text = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return text;
    }

    private static Message NewMessage(in Parts parts, byte[] rawJson) => parts switch
    {
        { Type: TextType, Text: { } text } => new TextMessage
        {
            Id = parts.Id!,
            Type = TextType,
            Body = text,
            Timestamp = parts.Timestamp,
            GroupId = parts.GroupId,
            Context = parts.Context,
            Referral = parts.Referral,
            RawJson = rawJson,
        },
        _ => new UnknownMessage
        {
            Id = parts.Id!,
            Type = parts.Type ?? "",
            Timestamp = parts.Timestamp,
            GroupId = parts.GroupId,
            Context = parts.Context,
            Referral = parts.Referral,
            RawJson = rawJson,
        },
    };

    private struct Parts
    {
        internal string? Id;
        internal string? Type;
        internal string? Text;
        internal string? GroupId;
        internal DateTimeOffset? Timestamp;
        internal MessageContext? Context;
        internal Referral? Referral;
    }
}
