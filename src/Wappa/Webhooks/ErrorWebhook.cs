using Wappa.Inbox;

namespace Wappa;

/// <summary>WhatsApp reports a problem of the number or the account, not of one message.</summary>
public sealed class ErrorWebhook : Webhook
{
    /// <summary>What went wrong; at least one.</summary>
    public required IReadOnlyList<WebhookError> Errors { get; init; }

    internal override string Kind => "error";

    internal override string? UserId => null;

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        handler.HandleErrorAsync(this, ct);

    // These have no id and no time: a repeated delivery and a repeated problem look the same, so none is dropped.
    internal override Fingerprint Identify() => default;
}
