using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Emulator;

/// <summary>Who wrote a message, seen from the business.</summary>
internal enum MessageDirection
{
    /// <summary>The customer.</summary>
    In,

    /// <summary>The business.</summary>
    Out,
}

/// <summary>A reaction to a message.</summary>
/// <param name="By"><c>customer</c> or <c>business</c>.</param>
/// <param name="Emoji">What is shown.</param>
internal sealed record Reaction(string By, string Emoji)
{
    internal const string Customer = "customer";
    internal const string Business = "business";
}

/// <summary>A message of a conversation, as it stands. A change makes another one.</summary>
internal sealed record LocalMessage
{
    /// <summary>The <c>wamid</c>.</summary>
    public required string Id { get; init; }

    public required MessageDirection Direction { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Meta's name of the kind.</summary>
    public required string Type { get; init; }

    /// <summary>Inbound the webhook's message object, outbound the body of the Graph call.</summary>
    public required JsonElement Content { get; init; }

    /// <summary>The quoted message and how it was forwarded.</summary>
    public JsonElement? Context { get; init; }

    public IReadOnlyList<Reaction> Reactions { get; init; } = [];

    /// <summary>One of <see cref="MessageStates"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When each status was reached.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> StatusTimes { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>Meta's errors of a message that failed.</summary>
    public JsonElement? Errors { get; init; }

    public bool Edited { get; init; }

    public bool Revoked { get; init; }

    /// <summary>The latest exchange that carried it.</summary>
    public long? Exchange { get; init; }

    /// <summary>Comes back in statuses.</summary>
    [JsonIgnore]
    public string? CallbackData { get; init; }

    /// <summary>The category and type of its price.</summary>
    [JsonIgnore]
    public MessagePricing Pricing { get; init; } = MessagePricing.Service;

    /// <summary>The message in another state, reached at an instant.</summary>
    internal LocalMessage Reached(string status, DateTimeOffset at) => this with
    {
        Status = status,
        StatusTimes = new Dictionary<string, DateTimeOffset>(StatusTimes) { [status] = at },
    };
}

/// <summary>What a message costs.</summary>
/// <param name="Billable">Whether it is billed.</param>
/// <param name="Type">Such as <c>regular</c>.</param>
/// <param name="Category">Such as <c>service</c>.</param>
internal sealed record MessagePricing(bool Billable, string Type, string Category)
{
    /// <summary>An answer within the customer's window.</summary>
    internal static MessagePricing Service { get; } = new(false, "free_customer_service", "service");
}

/// <summary>The states of a message.</summary>
internal static class MessageStates
{
    internal const string Pending = "pending";
    internal const string Accepted = "accepted";
    internal const string Sent = "sent";
    internal const string Delivered = "delivered";
    internal const string Read = "read";
    internal const string Played = "played";
    internal const string Failed = "failed";

    private static readonly string[] Ladder = [Pending, Accepted, Sent, Delivered, Read, Played];

    /// <summary>Whether a message in one state has not reached another yet. A failed one reaches nothing.</summary>
    internal static bool IsBefore(string current, string next) =>
        current != Failed && Array.IndexOf(Ladder, current) < Array.IndexOf(Ladder, next);
}
