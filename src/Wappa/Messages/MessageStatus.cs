namespace Wappa;

/// <summary>What became of a message the business sent. Statuses can come more than once, late, and in any
/// order.</summary>
public sealed class MessageStatus
{
    /// <summary>The id <see cref="IMessenger"/> returned for the message.</summary>
    public required string MessageId { get; init; }

    /// <summary><c>sent</c>, <c>delivered</c>, <c>read</c>, <c>played</c>, <c>failed</c>, or what WhatsApp adds; empty
    /// if it did not say.</summary>
    public required string State { get; init; }

    /// <summary>When it happened, to the second; <see langword="null"/> if it did not say in a way that can be
    /// read.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The group it was sent to; <see langword="null"/> in a conversation of two.</summary>
    public string? GroupId { get; init; }

    /// <summary>What the sender attached to correlate statuses; <see langword="null"/> for nothing.</summary>
    public string? CallbackData { get; init; }

    /// <summary>Why it failed; empty unless it did.</summary>
    public IReadOnlyList<WebhookError> Errors { get; init; } = [];

    /// <summary>The status as it came, UTF-8 JSON, with its pricing and conversation.</summary>
    public ReadOnlyMemory<byte> RawJson { get; init; }
}
