using Wappa.Inbox;
using Wappa.Turns.Routing;

namespace Wappa;

/// <summary>A user wrote something.</summary>
public sealed class MessageWebhook : Webhook
{
    /// <summary>Who wrote.</summary>
    public required WebhookUser User { get; init; }

    /// <summary>What was written: <see cref="TextMessage"/>, <see cref="ImageMessage"/>, <see cref="ButtonReplyMessage"/>
    /// and so on; <see cref="UnknownMessage"/> for what has no class.</summary>
    public required Message Message { get; init; }

    /// <summary>When the user sent it; see <see cref="Message.Timestamp"/>.</summary>
    public DateTimeOffset? Timestamp => Message.Timestamp;

    internal override string Kind => "message";

    internal override string UserId => User.UserId;

    /// <summary>The typed text; empty for a message that has none, such as an image.</summary>
    public string GetMessageText() => (Message as TextMessage)?.Body ?? "";

    /// <summary>What the business gave the button or row the user pressed, see <see cref="ChoiceMessage.ChoiceId"/>;
    /// empty for every other message.</summary>
    public string GetChoiceId() => (Message as ChoiceMessage)?.ChoiceId ?? "";

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        HandlerRoutes.Of(handler.GetType()).RunAsync(handler, this, ct);

    internal override Fingerprint Identify() =>
        new FingerprintBuilder().Add("message").Add(Tenant).Add(Message.Id).ToFingerprint();
}
