using System.Diagnostics;
using Wappa.Outbox;

namespace Wappa.Telemetry;

/// <summary>The activity source <c>Wappa</c>: a trace for each turn with its handler, its commit and its sends, linked to the
/// delivery that brought it. Its tags never hold a tenant, a user, a number or a text.</summary>
internal static class TurnActivities
{
    internal static ActivitySource Source { get; } = new(TurnMeter.Name);

    /// <summary>An attempt at a turn. A trace of its own: a delivery brings up to a thousand items, and is answered before
    /// they are handled.</summary>
    internal static Activity? StartTurn(Webhook item)
    {
        if (!Source.HasListeners()) return null;
        ActivityLink[]? links = item.Origin is { Activity: var origin } && origin != default ? [new(origin)] : null;
        Activity.Current = null; // whatever the lane was started in is not what this belongs to
        return Source.StartActivity("turn", ActivityKind.Consumer, parentContext: default, links: links)?
            .SetTag("kind", item.Kind)
            .SetTag("attempt", item.Attempts);
    }

    /// <summary>A post, in the trace of the turn that wrote the message. A message of an earlier process has a trace of its
    /// own.</summary>
    internal static Activity? StartSend(OutboxEntry entry)
    {
        if (!Source.HasListeners()) return null;
        Activity.Current = null; // that of the turn which happened to start the sender
        return Source.StartActivity("send", ActivityKind.Producer, entry.Trace);
    }

    // The type only: the message may quote a person.
    internal static void SetFailed(Activity? activity, Exception error) =>
        activity?.SetStatus(ActivityStatusCode.Error, error.GetType().FullName);
}
