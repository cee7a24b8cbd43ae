using Microsoft.AspNetCore.Http;
using Wappa.Caching;
using Wappa.Outbox;

namespace Wappa.Telemetry;

/// <summary>One thing that happened in the pipeline.</summary>
/// <param name="At">When, by the app's clock.</param>
internal abstract record TurnEvent(DateTimeOffset At);

/// <summary>A delivery came in; nothing is known about it yet.</summary>
/// <param name="At">When.</param>
/// <param name="Exchange">The request's id; the items of the delivery have it too.</param>
/// <param name="Headers">As they came.</param>
/// <param name="Body">As it came; a copy.</param>
internal sealed record WebhookReceived(
    DateTimeOffset At, string Exchange, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body) : TurnEvent(At);

/// <summary>A delivery was answered.</summary>
/// <param name="At">When.</param>
/// <param name="Exchange">The request's id.</param>
/// <param name="Status">The HTTP status; only 200 counts as delivered.</param>
internal sealed record WebhookAnswered(DateTimeOffset At, string Exchange, int Status) : TurnEvent(At);

/// <summary>Something happened to an item or its turn.</summary>
/// <param name="At">When.</param>
/// <param name="Item">The item.</param>
internal abstract record ItemEvent(DateTimeOffset At, Webhook Item) : TurnEvent(At)
{
    /// <summary>The same for every attempt and every delivery.</summary>
    internal string TurnId => Item.OriginalTurnId ?? Item.Fingerprint.ToString();

    internal string Tenant => Item.Tenant;

    /// <summary>Null for items about no user.</summary>
    internal string? UserId => Item.UserId;

    /// <summary>Which delivery brought it; null if another process accepted it, or it is replayed.</summary>
    internal string? Exchange => Item.Origin?.Exchange;
}

/// <summary>It is kept, and will be handled whatever happens; the 200 comes after this.</summary>
internal sealed record ItemStored(DateTimeOffset At, Webhook Item) : ItemEvent(At, Item);

/// <summary>It was left by an earlier process and is taken up.</summary>
internal sealed record ItemRecovered(DateTimeOffset At, Webhook Item) : ItemEvent(At, Item);

/// <summary>It was delivered before and is dropped.</summary>
internal sealed record ItemDuplicate(DateTimeOffset At, Webhook Item) : ItemEvent(At, Item);

/// <summary>It is an item's turn: it waited for those before it and for a place.</summary>
/// <param name="At">When.</param>
/// <param name="Item">The item.</param>
/// <param name="Waited">Since it was accepted, or since its last attempt failed.</param>
internal sealed record TurnClaimed(DateTimeOffset At, Webhook Item, TimeSpan Waited) : ItemEvent(At, Item);

/// <summary>The handler is called.</summary>
internal sealed record HandlerStarted(DateTimeOffset At, Webhook Item, int Attempt) : ItemEvent(At, Item);

/// <summary>The handler has returned or thrown; nothing of it is committed yet.</summary>
internal sealed record HandlerEnded(DateTimeOffset At, Webhook Item, int Attempt, TimeSpan Took, Exception? Error)
    : ItemEvent(At, Item);

/// <summary>What the turn did has taken effect.</summary>
/// <param name="At">When.</param>
/// <param name="Item">The item.</param>
/// <param name="Took">How long the commit took.</param>
/// <param name="Writes">The changes of states and user records, in order; conditions are among them.</param>
/// <param name="Messages">What will be sent, in order.</param>
internal sealed record TurnCommitted(
    DateTimeOffset At, Webhook Item, TimeSpan Took, IReadOnlyList<RecordWrite> Writes, IReadOnlyList<OutboxEntry> Messages)
    : ItemEvent(At, Item);

/// <summary>Somebody else has changed a record the handler relied on; nothing is committed, and it runs again.</summary>
internal sealed record TurnConflict(DateTimeOffset At, Webhook Item, int Attempt) : ItemEvent(At, Item);

/// <summary>The turn will be run again.</summary>
/// <param name="At">When this was decided.</param>
/// <param name="Item">The item.</param>
/// <param name="Attempt">The attempt that failed.</param>
/// <param name="Error">Why.</param>
internal sealed record TurnRetried(DateTimeOffset At, Webhook Item, int Attempt, Exception Error) : ItemEvent(At, Item);

/// <summary>The item was given up and is among the dead letters.</summary>
internal sealed record TurnParked(DateTimeOffset At, Webhook Item, int Attempts, Exception? Error) : ItemEvent(At, Item);

/// <summary>A status came to its turn.</summary>
/// <param name="At">When.</param>
/// <param name="Status">It names the message and says what became of it.</param>
internal sealed record StatusReceived(DateTimeOffset At, StatusWebhook Status) : ItemEvent(At, Status);

/// <summary>Something happens to a message of the outbox.</summary>
/// <param name="At">When.</param>
/// <param name="Tenant">Whose outbox.</param>
/// <param name="UserId">Whose outbox; empty: that of items about no user.</param>
/// <param name="Message">The message; its id stands among those of its <see cref="TurnCommitted"/>.</param>
internal abstract record SendEvent(DateTimeOffset At, string Tenant, string UserId, OutboxEntry Message) : TurnEvent(At);

/// <summary>The message is claimed, durably, and about to be posted.</summary>
internal sealed record SendStarted(DateTimeOffset At, string Tenant, string UserId, OutboxEntry Message)
    : SendEvent(At, Tenant, UserId, Message);

/// <summary>The post has ended; nothing of it is stored yet.</summary>
/// <param name="At">When.</param>
/// <param name="Tenant">Whose outbox.</param>
/// <param name="UserId">Whose outbox.</param>
/// <param name="Message">The message.</param>
/// <param name="Took">How long the post took.</param>
/// <param name="Outcome">How it ended; null: it was cut off or could not begin.</param>
internal sealed record SendEnded(
    DateTimeOffset At, string Tenant, string UserId, OutboxEntry Message, TimeSpan Took, Graph.SendOutcome? Outcome)
    : SendEvent(At, Tenant, UserId, Message);
