using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wappa.Graph;

namespace Wappa;

/// <summary>
/// A message to be sent: a value that changes no more, and that can be kept, and sent to others as well.
/// Collections it is given must not be changed afterwards.
/// </summary>
/// <remarks>Each kind checks itself against WhatsApp's limits before it is sent. Lengths count UTF-16 units. The text
/// form is the name of the kind: what is written to people is nothing for logs.</remarks>
public abstract record OutgoingMessage
{
    internal const int MaxCallbackDataLength = 512;

    // The body is only ever read by the Graph API, so nothing needs the escapes that protect HTML.
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected OutgoingMessage()
    {
    }

    /// <summary>The id of the message it answers, shown quoted above it. Default: none.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>At most 512 characters that come back in <see cref="MessageStatus.CallbackData"/>. Default:
    /// none.</summary>
    public string? CallbackData { get; init; }

    /// <summary>Send only if the recipient's security code is still the one that
    /// <see cref="WebhookUser.IdentityKeyHash"/> stood for. Default: no check.</summary>
    public string? IdentityKeyHash { get; init; }

    /// <summary>WhatsApp's name of the kind, such as <c>image</c>; also the name of its content.</summary>
    internal abstract string Type { get; }

    /// <summary>Checks the message against WhatsApp's limits; sending does so first.</summary>
    /// <exception cref="InvalidMessageException">A field is missing, too long, or of a kind that cannot be.</exception>
    public void Validate()
    {
        var path = GetType().Name + ".";
        FieldRules.NullOrNotEmpty(path + nameof(ReplyTo), ReplyTo);
        FieldRules.AtMost(
            path + nameof(CallbackData), CallbackData, MaxCallbackDataLength, "Keep the data elsewhere and attach its id.");
        FieldRules.NullOrNotEmpty(path + nameof(IdentityKeyHash), IdentityKeyHash);
        ValidateContent(path);
    }

    /// <summary>The name of the kind: no content.</summary>
    public sealed override string ToString() => GetType().Name;

    /// <summary>Writes the body of <c>POST /{phone-number-id}/messages</c>, checked and complete: what is kept may be
    /// sent later as it is.</summary>
    /// <exception cref="InvalidMessageException">WhatsApp would refuse it; nothing was written.</exception>
    internal void WriteTo(IBufferWriter<byte> output, Recipient recipient)
    {
        Validate();
        using var json = new Utf8JsonWriter(output, JsonOptions);
        json.WriteStartObject();
        json.WriteString("messaging_product"u8, "whatsapp"u8);
        recipient.WriteTo(json);
        if (ReplyTo is not null)
        {
            json.WriteStartObject("context"u8);
            json.WriteString("message_id"u8, ReplyTo);
            json.WriteEndObject();
        }

        if (!string.IsNullOrEmpty(CallbackData)) json.WriteString("biz_opaque_callback_data"u8, CallbackData);
        if (IdentityKeyHash is not null) json.WriteString("recipient_identity_key_hash"u8, IdentityKeyHash);
        json.WriteString("type"u8, Type);
        json.WritePropertyName(Type);
        WriteContent(json);
        json.WriteEndObject();
    }

    /// <summary>The body as bytes of their own.</summary>
    /// <inheritdoc cref="WriteTo"/>
    internal ReadOnlyMemory<byte> ToBody(Recipient recipient)
    {
        var body = new ArrayBufferWriter<byte>(512);
        WriteTo(body, recipient);
        return body.WrittenMemory;
    }

    /// <summary>Checks what is this kind's own.</summary>
    /// <param name="path">The kind's name and a dot, to name fields with.</param>
    private protected abstract void ValidateContent(string path);

    /// <summary>Writes the value under the type's name.</summary>
    private protected abstract void WriteContent(Utf8JsonWriter json);
}
