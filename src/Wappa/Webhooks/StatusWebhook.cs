using Wappa.Inbox;

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

    /// <summary>The ids the status itself names the user by.</summary>
    internal (string? WaId, string? Bsuid) PayloadIds { get; init; }

    internal override string Kind => "status";

    internal override string? UserId => User?.UserId;

    internal override string? AliasId => User?.Bsuid == User?.UserId ? null : User?.Bsuid;

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        handler.HandleStatusAsync(this, ct);

    // One message to a group is delivered once per participant, so the participant is part of a status's identity: by
    // the payload's ids, since the user id changes when the number behind a business-scoped id becomes known.
    internal override Fingerprint Identify() => new FingerprintBuilder()
        .Add("status").Add(Tenant).Add(Status.MessageId).Add(Status.State)
        .Add(PayloadIds.WaId).Add(PayloadIds.Bsuid).ToFingerprint();
}
