using System.Text.Json;

namespace Wappa;

/// <summary>An emoji on a message that is at most 30 days old. It replaces the business's earlier one.</summary>
/// <remarks>What becomes of it is only ever reported as <c>sent</c> or <c>failed</c>.</remarks>
public sealed record OutgoingReaction : OutgoingMessage
{
    /// <summary>The message it goes on.</summary>
    public required string MessageId { get; init; }

    /// <summary>One emoji; empty takes the reaction away.</summary>
    public required string Emoji { get; init; }

    internal override string Type => "reaction";

    /// <summary>Takes the business's reaction away from a message.</summary>
    /// <param name="messageId">The message it is on.</param>
    public static OutgoingReaction Removal(string messageId) => new() { MessageId = messageId, Emoji = "" };

    private protected override void ValidateContent(string path)
    {
        FieldRules.NotEmpty(path + nameof(MessageId), MessageId);
        FieldRules.Present(path + nameof(Emoji), Emoji);
        if (ReplyTo is not null)
        {
            throw new InvalidMessageException(
                path + nameof(ReplyTo), "is set, but a reaction cannot quote a message.",
                $"Name the message in {nameof(MessageId)} only.");
        }
    }

    private protected override void WriteContent(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("message_id"u8, MessageId);
        json.WriteString("emoji"u8, Emoji);
        json.WriteEndObject();
    }
}
