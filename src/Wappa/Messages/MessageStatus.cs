using Wappa.Outbox;

namespace Wappa;

/// <summary>What became of a message the business sent. Statuses can come more than once, late, and in any order;
/// <see cref="MessageDelivery"/> puts them together.</summary>
public sealed class MessageStatus
{
    /// <summary>The id <see cref="IMessenger"/> returned for the message.</summary>
    public required string MessageId { get; init; }

    /// <summary><c>sent</c>, <c>delivered</c>, <c>read</c>, <c>played</c>, <c>failed</c>, or what WhatsApp adds; empty
    /// if it did not say. <c>held</c> if nobody knows, see <see cref="IsLocal"/>.</summary>
    public required string State { get; init; }

    /// <summary>When it happened, to the second; <see langword="null"/> if it did not say in a way that can be
    /// read.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The group it was sent to; <see langword="null"/> in a conversation of two.</summary>
    public string? GroupId { get; init; }

    /// <summary>What the sender attached to correlate statuses; <see langword="null"/> for nothing.</summary>
    public string? CallbackData
    {
        get;
        init => (HandleId, field) = OutboxTag.Split(value);
    }

    /// <summary>The <see cref="MessageHandle.Id"/> of a message that was sent in a turn; <see langword="null"/> for
    /// others.</summary>
    public string? HandleId { get; private init; }

    /// <summary>Whether the app itself says so, not WhatsApp: the request was refused (<c>failed</c>), or nobody knows what
    /// became of it (<c>held</c>). WhatsApp has no id for such a message, so <see cref="MessageId"/> is
    /// <see cref="HandleId"/>.</summary>
    public bool IsLocal => HandleId is not null && HandleId == MessageId;

    /// <summary>The conversation it is counted in; <see langword="null"/> for most messages since 2025.</summary>
    public StatusConversation? Conversation { get; init; }

    /// <summary>What it costs; <see langword="null"/> if the status does not say.</summary>
    public StatusPricing? Pricing { get; init; }

    /// <summary>Why it failed; empty unless it did, and sometimes even then.</summary>
    public IReadOnlyList<WebhookError> Errors { get; init; } = [];

    /// <summary>The status as it came, UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> RawJson { get; init; }
}

/// <summary>A conversation as WhatsApp counts them.</summary>
/// <param name="Id">Its id; null if not given.</param>
/// <param name="ExpiresAt">When it ends; null but for <c>sent</c>.</param>
/// <param name="Origin">What opened it, such as <c>service</c> or <c>referral_conversion</c>; null if not given.</param>
public sealed record StatusConversation(string? Id, DateTimeOffset? ExpiresAt, string? Origin);

/// <summary>What a message costs.</summary>
/// <param name="IsBillable">Whether it costs anything.</param>
/// <param name="Model"><c>PMP</c> for prices per message, <c>CBP</c> for those per conversation before July 2025; null
/// if not given.</param>
/// <param name="Type"><c>regular</c>, <c>free_customer_service</c> or <c>free_entry_point</c>, or what WhatsApp adds;
/// null if not given.</param>
/// <param name="Category">What it was charged as, such as <c>marketing</c> or <c>service</c>; null if not
/// given.</param>
public sealed record StatusPricing(bool IsBillable, string? Model, string? Type, string? Category);
