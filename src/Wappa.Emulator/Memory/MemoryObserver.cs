using Wappa.Graph;
using Wappa.Inbox;
using Wappa.Telemetry;
using Wappa.UserData;

namespace Wappa.Emulator;

/// <summary>Tells the history which turn a change belongs to, and when a turn is over.</summary>
internal sealed class MemoryObserver(MemoryHistory history, IServiceProvider services) : ITurnObserver
{
    public bool IsOn { get; } = EmulatorIdentity.IsOnIn(services);

    public void OnEvent(TurnEvent happened)
    {
        switch (happened)
        {
            case HandlerStarted { UserId: { } user } started:
                history.Begin(started.Tenant, user, new("turn", started.TurnId, started.Attempt));
                break;
            case TurnCommitted { UserId: { } user } committed:
                history.End(committed.Tenant, user);
                history.EndTurn(MarkOf(committed, user));
                break;
            case TurnRetried { UserId: { } user } failed:
                history.End(failed.Tenant, user);
                break;
            case TurnParked { UserId: { } user } failed:
                history.End(failed.Tenant, user);
                break;
            case SendEnded { Outcome: SendOutcome.Accepted accepted } sent:
                history.TurnOfEntry(sent.Message.Id)?.Add(accepted.Message.MessageId);
                break;
        }
    }

    private static TurnMark MarkOf(TurnCommitted committed, string user)
    {
        var item = committed.Item;
        var mark = new TurnMark(
            committed.TurnId, committed.Tenant, user, committed.At, Math.Max(1, item.Attempts), item.Kind, item.PhoneNumberId,
            [.. committed.Messages.Select(static message => message.Id)]);
        if (item is MessageWebhook { Message.Id: { } id }) mark.Add(id);
        return mark;
    }
}
