using Wappa.Inbox;
using Wappa.Outbox;

namespace Wappa;

/// <summary>Something became of a message the business sent.</summary>
public sealed class StatusWebhook : Webhook
{
    /// <summary>Who the message was sent to; <see langword="null"/> if the status does not say.</summary>
    public WebhookUser? User { get; init; }

    /// <summary>What became of which message.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>When it happened; see <see cref="MessageStatus.Timestamp"/>.</summary>
    public DateTimeOffset? Timestamp => Status.Timestamp;

    /// <summary>How far the message came, this status included. The last 50 messages of a user are remembered, so a status that
    /// comes late or again changes nothing.</summary>
    public MessageDelivery Delivery => Before.Add(Status);

    /// <summary>Whether the status moved the message on; false: the user's device or a later status has said more.</summary>
    public bool IsNews => !ReferenceEquals(Delivery, Before);

    /// <summary>How far the message had come before.</summary>
    internal MessageDelivery Before { get; set; } = MessageDelivery.None;

    /// <summary>The ids the status itself names the user by.</summary>
    internal (string? WaId, string? Bsuid) PayloadIds { get; init; }

    internal override string Kind => "status";

    internal override string? UserId => User?.UserId;

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        LocalStatus.IsDecision(Status) ? Task.CompletedTask : handler.HandleStatusAsync(this, ct);

    // One message to a group is delivered once per participant, so the participant is part of a status's identity: by
    // the payload's ids, since the user id changes when the number behind a business-scoped id becomes known.
    internal override Fingerprint Identify() => new FingerprintBuilder()
        .Add("status").Add(Tenant).Add(Status.MessageId).Add(Status.State)
        .Add(PayloadIds.WaId).Add(PayloadIds.Bsuid).ToFingerprint();
}
