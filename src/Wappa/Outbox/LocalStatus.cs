using System.Buffers;
using System.Text.Json;
using Wappa.Graph;
using Wappa.Inbox;
using Wappa.Webhooks;

namespace Wappa.Outbox;

/// <summary>
/// Statuses the app makes itself, so that whatever becomes of a message reaches the handler in one way: a request that was
/// refused looks like one that failed later. Its message has no id of WhatsApp's, so it goes by the handle's.
/// </summary>
/// <remarks>They are ordinary items with an identity: stored, retried and parked like any, and told once.</remarks>
internal static class LocalStatus
{
    internal const string Failed = "failed";

    /// <summary>Nobody knows whether the message was sent, and no status has come for a long time.</summary>
    internal const string Held = "held";

    /// <summary>Decisions of a person about a held message. No handler sees them.</summary>
    internal const string Resend = "resend";

    internal const string Drop = "drop";

    /// <summary>The code WhatsApp has for what is written too long after the user's last message.</summary>
    internal const int WindowClosed = 131047;

    /// <summary>Whether no handler is to see it.</summary>
    internal static bool IsDecision(MessageStatus status) => status is { IsLocal: true, State: Resend or Drop };

    /// <summary>What became of an entry of the outbox.</summary>
    /// <param name="key">Whose turn sent it.</param>
    /// <param name="entry">The message.</param>
    /// <param name="state">One of the names above.</param>
    /// <param name="now">When it became so.</param>
    internal static StatusWebhook Of(LaneKey key, OutboxEntry entry, string state, DateTimeOffset now) =>
        Of(key, new LocalMessage(entry.Id, entry.PhoneNumberId, entry.Recipient, OutboxTag.Find(entry.Body)), state, now, entry.Error);

    internal static StatusWebhook Of(
        LaneKey key, in LocalMessage message, string state, DateTimeOffset now, WebhookError? error = null)
    {
        var json = Write(message, state, now, error);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var draft = StatusReader.Read(ref reader, json)!.Value;
        draft.PhoneNumberId = message.From;
        var isBsuid = Recipient.IsBsuid(key.User);
        var item = new StatusWebhook
        {
            Tenant = key.Tenant,
            Draft = draft,
            User = key.User.Length == 0 ? null : new()
            {
                UserId = key.User,
                PhoneNumber = isBsuid ? null : key.User,
                Bsuid = isBsuid ? key.User : null,
            },
            PayloadIds = (draft.WaId, draft.Bsuid),
            Status = (MessageStatus)draft.Content,
        };
        item.Fingerprint = item.Identify();
        return item;
    }

    // In WhatsApp's own form: what is stored, exported and set aside is read back by the reader of all statuses.
    private static byte[] Write(in LocalMessage message, string state, DateTimeOffset now, WebhookError? error)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, message.Id);
            json.WriteString("status"u8, state);
            json.WriteString("timestamp"u8, now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString(Recipient.IsBsuid(message.To) ? "recipient_user_id"u8 : "recipient_id"u8, message.To);
            if (Recipient.IsGroup(message.To)) json.WriteString("recipient_type"u8, "group"u8);
            json.WriteString("biz_opaque_callback_data"u8, message.CallbackData ?? OutboxTag.Join(message.Id, null));
            if (error is not null) WriteError(json, error);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteError(Utf8JsonWriter json, WebhookError error)
    {
        json.WriteStartArray("errors"u8);
        json.WriteStartObject();
        json.WriteNumber("code"u8, error.Code);
        if (error.Title is not null) json.WriteString("title"u8, error.Title);
        if (error.Message is not null) json.WriteString("message"u8, error.Message);
        if (error.Details is not null)
        {
            json.WriteStartObject("error_data"u8);
            json.WriteString("details"u8, error.Details);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }
}

/// <summary>A message of the outbox, as far as a status names it.</summary>
internal readonly record struct LocalMessage(string Id, string From, string To, string? CallbackData);
