using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Graph;

/// <summary>What the Graph API answers to a message it accepted, as far as it is read.</summary>
internal sealed record SendAnswer(
    IReadOnlyList<SendAnswer.Contact?>? Contacts, IReadOnlyList<SendAnswer.Message?>? Messages)
{
    /// <summary>Reads the id WhatsApp gave a message.</summary>
    /// <exception cref="WhatsAppApiException">There is none: accepted, by all appearances, but nobody can say under
    /// which id.</exception>
    internal static SentMessage Read(GraphAnswer answer)
    {
        try
        {
            var read = JsonSerializer.Deserialize(answer.Body.Span, GraphJson.Default.SendAnswer);
            if (read?.Messages is [{ Id: { Length: > 0 } id } first, ..])
            {
                var contact = read.Contacts is [{ } to, ..] ? to : null;
                return new()
                {
                    MessageId = id,
                    PhoneNumber = contact?.WaId,
                    Bsuid = contact?.UserId,
                    TemplateState = first.MessageStatus,
                };
            }
        }
        catch (JsonException)
        {
            // Not what was promised: said below.
        }

        throw new WhatsAppApiException(
            $"WhatsApp answered with HTTP status {(int)answer.Status}, but without the id of a message.")
        {
            HttpStatus = answer.Status,
            OutcomeUnknown = true,
        };
    }

    internal sealed record Contact(string? WaId, string? UserId);

    internal sealed record Message(string? Id, string? MessageStatus);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SendAnswer))]
[JsonSerializable(typeof(MediaAnswer))]
internal sealed partial class GraphJson : JsonSerializerContext;
