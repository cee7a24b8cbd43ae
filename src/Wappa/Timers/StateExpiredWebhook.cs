using Wappa.Inbox;
using Wappa.Turns.Routing;

namespace Wappa;

/// <summary>A state of this user has reached the end of its time to live; see <see cref="StateExpiredAttribute"/>. What it held is
/// gone: keep what you need of it elsewhere.</summary>
public sealed class StateExpiredWebhook : Webhook
{
    /// <summary>The state's name in <see cref="Caching.IStateCache"/>.</summary>
    public required string State { get; init; }

    /// <summary>When it was to end. The turn comes later if the user was busy, or the app was down.</summary>
    public required DateTimeOffset DueAt { get; init; }

    internal string? Owner { get; init; }

    internal override string Kind => "expiry";

    internal override string? UserId => Owner;

    internal override bool IsTimer => OriginalTurnId is null;

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        HandlerRoutes.Of(handler.GetType()).RunAsync(handler, this, ct);

    internal override Fingerprint Identify() => default;
}
