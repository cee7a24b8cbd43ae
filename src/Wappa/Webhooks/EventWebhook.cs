using Wappa.Inbox;

namespace Wappa;

/// <summary>Anything that is neither a message, a status nor an error: a template was approved, a user changed their
/// id, a call came in, and every field WhatsApp adds later.</summary>
public sealed class EventWebhook : Webhook
{
    /// <summary>WhatsApp's name of the field, such as <c>account_update</c>; <c>messages</c> for user
    /// actions.</summary>
    public required string Field { get; init; }

    /// <summary>When it happened, to the second; <see langword="null"/> if the entry does not say.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    internal override string Kind => "event";

    internal override string? UserId => null;

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        handler.HandleEventAsync(this, ct);

    internal override Fingerprint Identify() => new FingerprintBuilder()
        .Add("event").Add(Tenant).Add(BusinessAccountId).Add(Field)
        .Add(Timestamp?.ToUnixTimeSeconds() ?? 0).Add(RawJson.Span).ToFingerprint();
}
