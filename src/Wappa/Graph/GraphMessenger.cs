using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wappa.Graph;

/// <summary>Writes messages as the Graph API wants them.</summary>
/// <param name="graph">Sends them.</param>
/// <param name="phoneNumberId">The number to send from; null: the configured one, read at each call.</param>
internal sealed class GraphMessenger(GraphClient graph, string? phoneNumberId) : IMessenger
{
    internal const int MaxTextLength = 4096;
    internal const int MaxCallbackDataLength = 512;

    // The body is only ever read by the Graph API, so nothing needs the escapes that protect HTML.
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ValueTask<SentMessage> SendTextAsync(
        string text, string recipient, TextOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfInvalid(text);
        Recipient.ThrowIfInvalid(recipient);
        ThrowIfInvalid(options);
        var body = new ArrayBufferWriter<byte>(256 + text.Length);
        using (var json = new Utf8JsonWriter(body, JsonOptions)) WriteText(json, text, recipient, options);
        return graph.SendAsync(phoneNumberId, body.WrittenMemory, recipient, cancellationToken);
    }

    private static void WriteText(Utf8JsonWriter json, string text, string recipient, TextOptions options)
    {
        json.WriteStartObject();
        json.WriteString("messaging_product"u8, "whatsapp"u8);
        json.WriteString("recipient_type"u8, "individual"u8);
        json.WriteString(Recipient.IsBsuid(recipient) ? "recipient"u8 : "to"u8, recipient);
        if (options.ReplyTo is not null)
        {
            json.WriteStartObject("context"u8);
            json.WriteString("message_id"u8, options.ReplyTo);
            json.WriteEndObject();
        }

        if (options.CallbackData is not null) json.WriteString("biz_opaque_callback_data"u8, options.CallbackData);
        json.WriteString("type"u8, "text"u8);
        json.WriteStartObject("text"u8);
        if (options.PreviewUrl) json.WriteBoolean("preview_url"u8, true);
        json.WriteString("body"u8, text);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void ThrowIfInvalid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is > 0 and <= MaxTextLength) return;
        throw new ArgumentException(
            $"The text has {text.Length} characters; WhatsApp takes 1 to {MaxTextLength}. Split or shorten it.",
            nameof(text));
    }

    private static void ThrowIfInvalid(TextOptions options)
    {
        if (options.ReplyTo is "")
        {
            throw new ArgumentException(
                $"{nameof(TextOptions)}.{nameof(TextOptions.ReplyTo)} is empty; use the id of a message, or null.",
                nameof(options));
        }

        if (options.CallbackData?.Length > MaxCallbackDataLength)
        {
            throw new ArgumentException(
                $"{nameof(TextOptions)}.{nameof(TextOptions.CallbackData)} has {options.CallbackData.Length} characters; " +
                $"the limit is {MaxCallbackDataLength}. Keep the data elsewhere and attach its id.", nameof(options));
        }
    }
}
