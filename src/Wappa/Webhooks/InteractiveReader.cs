using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads what a user pressed, chose or filled in.</summary>
internal static class InteractiveReader
{
    /// <summary>Moves to the value of <c>interactive</c> and reads it. The kind may be named before or after its
    /// content, so everything any kind has is read, and the kind decides afterwards.</summary>
    internal static Message? Read(ref Utf8JsonReader reader, in MessageParts parts)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? kind = null;
        Reply? button = null, row = null, form = null, call = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("type"u8)) kind = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("button_reply"u8)) button = ReadReply(ref reader);
            else if (name.SequenceEqual("list_reply"u8)) row = ReadReply(ref reader);
            else if (name.SequenceEqual("nfm_reply"u8)) form = ReadReply(ref reader);
            else if (name.SequenceEqual("call_permission_reply"u8)) call = ReadReply(ref reader);
            else reader.Skip();
        }

        return kind switch
        {
            "button_reply" => NewButton(button, parts),
            "list_reply" => NewRow(row, parts),
            "nfm_reply" => NewForm(form, parts),
            "call_permission_reply" => NewCall(call, parts),
            _ => null,
        };
    }

    /// <summary>Moves to the value of <c>button</c> and reads it.</summary>
    internal static TemplateReplyMessage? ReadTemplateReply(ref Utf8JsonReader reader, in MessageParts parts)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? payload = null, text = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("payload"u8)) payload = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("text"u8)) text = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        // A button without a payload of its own has its text for one.
        return (payload ?? text) is { } choice
            ? new() { Id = parts.Id!, Type = parts.Type!, Parts = parts, ChoiceId = choice, Title = text }
            : null;
    }

    private static Reply? ReadReply(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var reply = new Reply();
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("id"u8)) reply.Id = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("title"u8)) reply.Title = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("description"u8)) reply.Description = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("response_json"u8)) reply.ResponseJson = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("body"u8)) reply.Body = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("name"u8)) reply.Name = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("response"u8)) reply.Response = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("expiration_timestamp"u8)) reply.ExpiresAt = LenientText.ReadTime(ref reader);
            else if (name.SequenceEqual("response_source"u8)) reply.Source = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("is_permanent"u8)) reply.IsPermanent = LenientText.ReadFlag(ref reader);
            else reader.Skip();
        }

        return reply;
    }

    private static ButtonReplyMessage? NewButton(Reply? reply, in MessageParts parts) => reply?.Id is null
        ? null
        : new() { Id = parts.Id!, Type = parts.Type!, Parts = parts, ChoiceId = reply.Id, Title = reply.Title };

    private static ListReplyMessage? NewRow(Reply? reply, in MessageParts parts) => reply?.Id is null
        ? null
        : new()
        {
            Id = parts.Id!,
            Type = parts.Type!,
            Parts = parts,
            ChoiceId = reply.Id,
            Title = reply.Title,
            Description = reply.Description,
        };

    private static FlowReplyMessage? NewForm(Reply? reply, in MessageParts parts) => reply?.ResponseJson is null
        ? null
        : new()
        {
            Id = parts.Id!,
            Type = parts.Type!,
            Parts = parts,
            ResponseJson = reply.ResponseJson,
            Name = reply.Name,
            Body = reply.Body,
        };

    private static CallPermissionReplyMessage? NewCall(Reply? reply, in MessageParts parts) => reply?.Response is null
        ? null
        : new()
        {
            Id = parts.Id!,
            Type = parts.Type!,
            Parts = parts,
            IsAccepted = reply.Response is "accept",
            ExpiresAt = reply.ExpiresAt,
            IsPermanent = reply.IsPermanent,
            Source = reply.Source,
        };

    // A class: a message has one of the four, and most have none.
    private sealed class Reply
    {
        internal string? Id, Title, Description, ResponseJson, Body, Name, Response, Source;
        internal DateTimeOffset? ExpiresAt;
        internal bool IsPermanent;
    }
}
