using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads one element of <c>statuses</c>.</summary>
internal static class StatusReader
{
    /// <summary>Reads an object whose start is the current token.</summary>
    /// <returns>Null if it does not say which message it is about.</returns>
    internal static ItemDraft? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var start = (int)reader.TokenStartIndex;
        var parts = new Parts { Errors = [] };
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("id"u8)) parts.Id = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("status"u8)) parts.State = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("timestamp"u8)) parts.Timestamp = LenientText.ReadTime(ref reader);
            else if (name.SequenceEqual("biz_opaque_callback_data"u8)) parts.CallbackData = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("errors"u8)) parts.Errors = ReadErrors(ref reader);
            else if (name.SequenceEqual("pricing"u8)) parts.Pricing = ReadPricing(ref reader);
            else if (name.SequenceEqual("conversation"u8)) parts.Conversation = ReadConversation(ref reader);
            else if (!ReadRecipient(ref reader, name, ref parts)) reader.Skip();
        }

        if (parts.Id is null) return null;
        return NewDraft(parts, body[start..(int)reader.BytesConsumed].ToArray());
    }

    private static WebhookError[] ReadErrors(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ErrorReader.Read(ref reader);
    }

    private static StatusPricing? ReadPricing(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var billable = false;
        string? model = null, type = null, category = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("billable"u8)) billable = LenientText.ReadFlag(ref reader);
            else if (name.SequenceEqual("pricing_model"u8)) model = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("type"u8)) type = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("category"u8)) category = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new(billable, model, type, category);
    }

    private static StatusConversation? ReadConversation(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? id = null, origin = null;
        DateTimeOffset? expires = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("id"u8)) id = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("expiration_timestamp"u8)) expires = LenientText.ReadTime(ref reader);
            else if (name.SequenceEqual("origin"u8)) origin = LenientText.ReadTextOf(ref reader, "type"u8);
            else reader.Skip();
        }

        return new(id, expires, origin);
    }

    private static bool ReadRecipient(
        ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, ref Parts parts)
    {
        if (name.SequenceEqual("recipient_id"u8)) parts.Recipient = LenientText.ReadId(ref reader);
        else if (name.SequenceEqual("recipient_user_id"u8)) parts.RecipientBsuid = LenientText.ReadId(ref reader);
        // One revision of the documentation turns the words round.
        else if (name.SequenceEqual("recipient_parent_user_id"u8) || name.SequenceEqual("parent_recipient_user_id"u8))
            parts.ParentBsuid = LenientText.ReadId(ref reader);
        else if (name.SequenceEqual("recipient_type"u8)) parts.IsGroup = LenientText.ReadText(ref reader) == "group";
        else if (name.SequenceEqual("recipient_participant_id"u8) || name.SequenceEqual("participant_recipient_id"u8))
            parts.Participant = LenientText.ReadId(ref reader);
        else if (name.SequenceEqual("recipient_participant_user_id"u8))
            parts.ParticipantBsuid = LenientText.ReadId(ref reader);
        else return false;
        return true;
    }

    private static ItemDraft NewDraft(in Parts parts, byte[] rawJson) => new()
    {
        Content = new MessageStatus
        {
            MessageId = parts.Id!,
            State = parts.State ?? "",
            Timestamp = parts.Timestamp,
            GroupId = parts.IsGroup ? parts.Recipient : null,
            CallbackData = parts.CallbackData,
            Pricing = parts.Pricing,
            Conversation = parts.Conversation,
            Errors = parts.Errors,
            RawJson = rawJson,
        },
        RawJson = rawJson,
        // In a group the recipient is the group; the person is the participant.
        WaId = parts.IsGroup ? parts.Participant : parts.Participant ?? parts.Recipient,
        Bsuid = parts.IsGroup ? parts.ParticipantBsuid : parts.ParticipantBsuid ?? parts.RecipientBsuid,
        ParentBsuid = parts.IsGroup ? null : parts.ParentBsuid,
    };

    private struct Parts
    {
        internal string? Id;
        internal string? State;
        internal string? CallbackData;
        internal string? Recipient;
        internal string? RecipientBsuid;
        internal string? ParentBsuid;
        internal string? Participant;
        internal string? ParticipantBsuid;
        internal bool IsGroup;
        internal DateTimeOffset? Timestamp;
        internal WebhookError[] Errors;
        internal StatusPricing? Pricing;
        internal StatusConversation? Conversation;
    }
}
