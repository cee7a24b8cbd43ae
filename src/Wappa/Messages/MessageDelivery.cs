namespace Wappa;

/// <summary>How far a message came.</summary>
public enum DeliveryState
{
    /// <summary>Nothing is known but that it was accepted.</summary>
    Accepted,

    /// <summary>It is on its way: one tick.</summary>
    Sent,

    /// <summary>It did not arrive, and will not.</summary>
    Failed,

    /// <summary>It is on the phone: two ticks. WhatsApp may leave this one out when the chat is open.</summary>
    Delivered,

    /// <summary>The user saw it: blue ticks, unless the user switched them off.</summary>
    Read,

    /// <summary>The user heard it; of voice messages only.</summary>
    Played,
}

/// <summary>
/// The statuses of one message, put together: whatever order they come in, and however often, the same ones make the
/// same delivery. In a group keep one for each participant.
/// </summary>
/// <remarks>The states are ranked as they are declared and the highest one counts. So a failure ends what was merely
/// sent, and <c>sent</c> that comes late undoes neither. A phone that reports the message's arrival outranks a failure:
/// it proves that the message is there, so it must not be sent again.</remarks>
public sealed record MessageDelivery
{
    /// <summary>Nothing is known yet.</summary>
    public static MessageDelivery None { get; } = new();

    /// <summary>How far it came.</summary>
    public DeliveryState State { get; init; }

    /// <summary>When it came so far; <see langword="null"/> if the status did not say.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The code of the failure, 0 if WhatsApp gave none; <see langword="null"/> unless it
    /// failed.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Adds a status. It changes nothing but what it returns.</summary>
    /// <param name="status">One of the same message.</param>
    /// <returns>The delivery as it is now; the same object if the status tells nothing new: it came again, too late, or
    /// has a state that is not known here.</returns>
    public MessageDelivery Add(MessageStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var state = StateOf(status.State);
        if (state <= State) return this;
        return new()
        {
            State = state,
            Timestamp = status.Timestamp,
            ErrorCode = state is not DeliveryState.Failed ? null : status.Errors is [var first, ..] ? first.Code : 0,
        };
    }

    private static DeliveryState StateOf(string state) => state switch
    {
        "sent" => DeliveryState.Sent,
        "delivered" => DeliveryState.Delivered,
        "read" => DeliveryState.Read,
        "played" => DeliveryState.Played,
        "failed" => DeliveryState.Failed,
        _ => DeliveryState.Accepted,
    };
}
