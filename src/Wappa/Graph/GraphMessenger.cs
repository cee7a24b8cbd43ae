using System.Buffers;
using System.Text.Json;

namespace Wappa.Graph;

/// <summary>Sends at once, and fails as the Graph API does.</summary>
/// <param name="graph">Sends them.</param>
/// <param name="phoneNumberId">The number to send from; null: the configured one, read at each call.</param>
internal sealed class GraphMessenger(GraphClient graph, string? phoneNumberId) : IMessenger
{
    public async ValueTask<MessageHandle> SendAsync(
        OutgoingMessage message, string recipient, CancellationToken cancellationToken = default) =>
        MessageHandle.Accepted(await SendNowAsync(message, recipient, cancellationToken).ConfigureAwait(false));

    public async ValueTask<SentMessage> SendNowAsync(
        OutgoingMessage message, string recipient, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var to = Recipient.Of(recipient);
        var body = message.ToBody(to);
        // Not made to wait, but counted: what waits makes room for it.
        var permit = new SendPermit(graph.NumberOf(phoneNumberId), recipient);
        graph.Limits.Count(permit);
        var outcome = await graph.SendAsync(phoneNumberId, body, recipient, cancellationToken).ConfigureAwait(false);
        if (outcome is SendOutcome.Refused { Retry: var rule }) graph.Limits.Refused(permit, rule, failures: 1);
        return outcome switch
        {
            SendOutcome.Accepted accepted => accepted.Message,
            SendOutcome.Refused refused => throw refused.Error,
            SendOutcome.Indeterminate unknown => throw unknown.Error,
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome of a send."),
        };
    }

    public ValueTask MarkAsReadAsync(
        string messageId, bool showTyping = false, CancellationToken cancellationToken = default)
    {
        FieldRules.NotEmpty(nameof(messageId), messageId);
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body)) WriteRead(json, messageId, showTyping);
        return graph.PostAsync(phoneNumberId, body.WrittenMemory, cancellationToken);
    }

    private static void WriteRead(Utf8JsonWriter json, string messageId, bool showTyping)
    {
        json.WriteStartObject();
        json.WriteString("messaging_product"u8, "whatsapp"u8);
        json.WriteString("status"u8, "read"u8);
        json.WriteString("message_id"u8, messageId);
        if (showTyping)
        {
            json.WriteStartObject("typing_indicator"u8);
            json.WriteString("type"u8, "text"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
