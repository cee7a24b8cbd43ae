using System.Text.Json;
using Wappa.Webhooks;

namespace Wappa;

/// <summary>One message of a user. A known type is a class of its own; every other one is an
/// <see cref="UnknownMessage"/>.</summary>
/// <remarks>Nothing in it changes. No text form is defined, so that a log line of a message tells nothing. What
/// WhatsApp left out is <see langword="null"/>; what it added since is in <see cref="RawJson"/>.</remarks>
public abstract class Message
{
    private protected Message()
    {
    }

    /// <summary>WhatsApp's id of the message, <c>wamid.…</c>; opaque, unique per phone number.</summary>
    public required string Id { get; init; }

    /// <summary>WhatsApp's name of the type, such as <c>text</c> or <c>image</c>; empty if the message did not
    /// say.</summary>
    public required string Type { get; init; }

    /// <summary>When the user sent it, to the second; <see langword="null"/> if it did not say in a way that can be
    /// read.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The group it was written in; <see langword="null"/> in a conversation of two.</summary>
    public string? GroupId { get; init; }

    /// <summary>What it answers, or that it was forwarded; <see langword="null"/> for neither.</summary>
    public MessageContext? Context { get; init; }

    /// <summary>The advertisement or post that led the user here; <see langword="null"/> if none did.</summary>
    public Referral? Referral { get; init; }

    /// <summary>The user's security code, if the check is switched on; <see langword="null"/> else.</summary>
    public MessageIdentity? Identity { get; init; }

    /// <summary>What WhatsApp could not deliver of it, such as a file that was too large; empty for nothing.</summary>
    public IReadOnlyList<WebhookError> Errors { get; init; } = [];

    /// <summary>The message as it came, UTF-8 JSON. Strings in it may hold escapes that no valid text has.</summary>
    public ReadOnlyMemory<byte> RawJson { get; init; }

    /// <summary>Takes over what messages of every type have in common but <see cref="Id"/> and
    /// <see cref="Type"/>.</summary>
    internal MessageParts Parts
    {
        init
        {
            Timestamp = value.Timestamp;
            GroupId = value.GroupId;
            Context = value.Context;
            Referral = value.Referral;
            Identity = value.Identity;
            Errors = value.Errors ?? [];
            RawJson = value.RawJson;
        }
    }

    /// <summary>Parses <see cref="RawJson"/>, for what has no property here. O(length) at each call.</summary>
    /// <inheritdoc cref="Webhook.ParseRawJson" path="/returns"/>
    /// <exception cref="JsonException">The message was made without its JSON.</exception>
    public JsonElement ParseRawJson() => JsonElement.Parse(RawJson.Span);
}

/// <summary>The state of a user's security code.</summary>
/// <param name="IsAcknowledged">Whether the business has acknowledged the last change of it.</param>
/// <param name="CreatedAt">When it last changed; null if not given.</param>
/// <param name="Hash">What it is; see <see cref="OutgoingMessage.IdentityKeyHash"/>. Null if not given.</param>
public sealed record MessageIdentity(bool IsAcknowledged, DateTimeOffset? CreatedAt, string? Hash);
