using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads an edited message: the message that was edited, and a message within the message.</summary>
internal static class EditReader
{
    /// <summary>Moves to the value of <c>edit</c> and reads it.</summary>
    internal static EditMessage? Read(ref Utf8JsonReader reader, in MessageParts parts)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? original = null;
        MessageParts? content = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("original_message_id"u8)) original = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("message"u8)) content = ReadContent(ref reader, parts.RawJson);
            else reader.Skip();
        }

        if (original is null || content is not { } inner) return null;
        inner.Id = original;
        inner.Timestamp = parts.Timestamp;
        inner.GroupId = parts.GroupId;
        return new()
        {
            Id = parts.Id!,
            Type = parts.Type!,
            Parts = parts,
            OriginalMessageId = original,
            // An edit within an edit is no message anybody could write; read as one it could nest without end.
            Content = inner.Type is "edit"
                ? new UnknownMessage { Id = original, Type = inner.Type, Parts = inner }
                : MessageReader.NewMessage(inner),
        };
    }

    private static MessageParts? ReadContent(ref Utf8JsonReader reader, ReadOnlySpan<byte> message)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var start = (int)reader.TokenStartIndex;
        var parts = default(MessageParts);
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("type"u8)) parts.Type = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("text"u8)) parts.Text = MessageReader.ReadBody(ref reader);
            else if (name.SequenceEqual("context"u8)) parts.Context = ContextReader.Read(ref reader);
            else reader.Skip();
        }

        parts.RawJson = message[start..(int)reader.BytesConsumed].ToArray();
        return parts;
    }
}
