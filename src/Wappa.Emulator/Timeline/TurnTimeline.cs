using System.Text;
using Wappa.Caching;
using Wappa.Graph;
using Wappa.Telemetry;

namespace Wappa.Emulator;

/// <summary>What each turn of the app did, and when; the latest <see cref="Capacity"/>. Told by the pipeline on its own threads,
/// so nothing here waits for anything.</summary>
/// <param name="local">The WhatsApp that is played.</param>
/// <param name="isOn">Whether it is.</param>
internal sealed class TurnTimeline(LocalWhatsApp local, Func<bool> isOn) : ITurnObserver
{
    internal const int Capacity = 500;
    private const int MaxDeliveries = 200;
    private const int MinSecretLength = 6;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, TurnRecord> _turns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TurnRecord> _entries = new(StringComparer.Ordinal); // by the outbox's id, while unsent
    private readonly OrderedDictionary<string, TurnRecord> _sent = new(StringComparer.Ordinal); // by wamid
    private readonly OrderedDictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, List<SendEvent>> _early = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, string User), string> _people = [];
    private long _last;

    public bool IsOn => isOn();

    public void OnEvent(TurnEvent happened)
    {
        lock (_lock)
        {
            switch (happened)
            {
                case WebhookReceived received: Keep(_deliveries, MaxDeliveries, received.Exchange, new(received.At)); break;
                case WebhookAnswered answered: Answered(answered); break;
                case StatusReceived told: Told(told); break;
                case ItemEvent about: Item(about); break;
                case SendEvent send: Send(send); break;
            }
        }
    }

    /// <summary>Forgets all. Numbers go on, so that a page never takes a new turn for an old one.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _turns.Clear();
            _entries.Clear();
            _sent.Clear();
            _deliveries.Clear();
            _early.Clear();
            _people.Clear();
        }
    }

    /// <summary>The latest turns above a number, oldest first.</summary>
    internal IReadOnlyList<TurnView> List(string? number, string? customer, long after, int limit)
    {
        lock (_lock)
        {
            var wanted = _turns.Values.Where(turn => turn.No > after && (number is null || turn.Number == number) &&
                (customer is null || turn.Customer == customer));
            return [.. wanted.TakeLast(limit).Select(turn => View(turn, isWhole: false))];
        }
    }

    /// <summary>A turn with its logs; null: there is none, or not any more.</summary>
    internal TurnView? Find(string id)
    {
        lock (_lock) return _turns.TryGetValue(id, out var turn) ? View(turn, isWhole: true) : null;
    }

    /// <summary>The turn that sent a message: its kind, and the customer's message it answers; null: not known.</summary>
    internal (string Kind, string? Answers)? SenderOf(string message)
    {
        lock (_lock) return _sent.TryGetValue(message, out var turn) ? (turn.Kind, turn.Message) : null;
    }

    internal void Log(TurnRecord turn, TurnLog log)
    {
        lock (_lock) turn.Add(log with { At = local.Now });
    }

    private void Item(ItemEvent happened)
    {
        var turn = Of(happened);
        var at = happened.At;
        switch (happened)
        {
            case ItemStored: turn.Add(new() { Name = StepNames.Stored, At = at }, at); break;
            case ItemRecovered: turn.Add(new() { Name = StepNames.Recovered, At = at }, at); break;
            case ItemDuplicate: turn.Add(new() { Name = StepNames.Duplicate, At = at }, at); break;
            case TurnClaimed claimed:
                TurnScope.Enter(turn);
                turn.Add(Span(StepNames.Queue, at, claimed.Waited) with { Attempt = happened.Item.Attempts }, at);
                break;
            case HandlerStarted started:
                TurnScope.Enter(turn);
                turn.Add(new() { Name = StepNames.Handler, At = at, Attempt = started.Attempt }, at);
                break;
            case HandlerEnded ended:
                turn.TryEnd(StepNames.Handler, at, step => step with
                {
                    Outcome = ended.Error is null ? StepNames.Ok : StepNames.Failed,
                    Error = TurnFailure.Of(ended.Error),
                });
                break;
            case TurnCommitted committed: Committed(turn, committed); break;
            case TurnConflict conflict:
                turn.Add(new() { Name = StepNames.Conflict, At = at, Attempt = conflict.Attempt, Outcome = StepNames.Failed }, at);
                break;
            case TurnRetried again:
                turn.Add(new() { Name = StepNames.Retry, At = at, Attempt = again.Attempt, Error = TurnFailure.Of(again.Error) }, at);
                break;
            case TurnParked parked:
                turn.Add(new()
                {
                    Name = StepNames.Parked,
                    At = at,
                    Attempt = parked.Attempts,
                    Outcome = StepNames.Failed,
                    Error = TurnFailure.Of(parked.Error),
                }, at);
                break;
        }

        Publish(turn);
    }

    private void Committed(TurnRecord turn, TurnCommitted committed)
    {
        foreach (var message in committed.Messages) _entries[message.Id] = turn;
        turn.Unsent += committed.Messages.Count;
        turn.Add(Span(StepNames.Commit, committed.At, committed.Took) with
        {
            Outcome = StepNames.Done,
            Note = committed.Messages.Count switch { 0 => null, 1 => "1 message", var count => $"{count} messages" },
            Writes = [.. committed.Writes.Select(Describe)],
        }, committed.At);
        foreach (var message in committed.Messages)
        {
            if (_early.Remove(message.Id, out var sends)) sends.ForEach(Send);
        }
    }

    private void Send(SendEvent happened)
    {
        if (!_entries.TryGetValue(happened.Message.Id, out var turn))
        {
            Wait(happened);
            return;
        }

        switch (happened)
        {
            case SendStarted:
                TurnScope.Enter(turn);
                turn.Add(new() { Name = StepNames.Send, At = happened.At, Note = happened.Message.Id }, happened.At);
                break;
            case SendEnded ended:
                Sent(turn, ended);
                break;
        }

        Publish(turn);
    }

    // A sender that runs already may be at a message before its commit is told of. Those of an earlier process stay without a turn.
    private void Wait(SendEvent happened)
    {
        if (_early.TryGetValue(happened.Message.Id, out var others)) others.Add(happened);
        else Keep(_early, MaxDeliveries, happened.Message.Id, [happened]);
    }

    private void Sent(TurnRecord turn, SendEnded ended)
    {
        var id = (ended.Outcome as SendOutcome.Accepted)?.Message.MessageId;
        if (id is not null) Keep(_sent, Capacity, id, turn);
        // Refused for now: it is first in its queue and comes again.
        if (!IsRepeated(ended))
        {
            _entries.Remove(ended.Message.Id);
            turn.Unsent--;
            turn.HasLostMessage |= id is null;
        }

        var body = Encoding.UTF8.GetString(ended.Message.Body);
        turn.TryEnd(StepNames.Send, ended.At, step => step with
        {
            Note = null,
            Outcome = ended.Outcome switch
            {
                SendOutcome.Accepted => "accepted",
                SendOutcome.Refused => "refused",
                SendOutcome.Indeterminate => "unknown",
                _ => StepNames.Failed,
            },
            Error = TurnFailure.Of(ended.Outcome switch
            {
                SendOutcome.Refused refused => refused.Error,
                SendOutcome.Indeterminate unknown => unknown.Error,
                _ => null,
            }),
            Message = id,
            Exchange = local.Exchanges.LatestOf(body),
        });
    }

    private static bool IsRepeated(SendEnded ended) => ended.Outcome is null ||
        (ended.Outcome is SendOutcome.Refused refused && refused.Retry.DelayAfter(ended.Message.Attempts + 1) is not null);

    private void Told(StatusReceived told)
    {
        Publish(Of(told));
        if (!_sent.TryGetValue(told.Status.Status.MessageId, out var turn)) return;
        turn.Add(new()
        {
            Name = StepNames.Status,
            At = told.At,
            Outcome = told.Status.Status.State,
            Message = told.Status.Status.MessageId,
        }, told.At);
        Publish(turn);
    }

    private void Answered(WebhookAnswered answered)
    {
        if (!_deliveries.TryGetValue(answered.Exchange, out var delivery)) return;
        _deliveries.Remove(answered.Exchange);
        foreach (var turn in delivery.Turns)
        {
            if (turn.TryEnd(StepNames.Received, answered.At, step => step with { Outcome = $"{answered.Status}" })) Publish(turn);
        }
    }

    // The delivery was there before its items were known: the first sight of an item enters it.
    private TurnRecord Of(ItemEvent happened)
    {
        var item = happened.Item;
        var delivery = happened.Exchange is { } exchange ? _deliveries.GetValueOrDefault(exchange) : null;
        if (!_turns.TryGetValue(happened.TurnId, out var turn))
        {
            turn = new(this, happened.TurnId, ++_last, delivery?.At ?? happened.At)
            {
                Tenant = item.Tenant,
                UserId = item.UserId,
                Kind = item.Kind,
                Title = TurnTitle.Of(item),
                Message = (item as MessageWebhook)?.Message.Id,
                Number = item.PhoneNumberId.Length > 0 ? item.PhoneNumberId : null,
                Customer = CustomerOf(item),
            };
            Keep(_turns, Capacity, turn.Id, turn);
        }

        if (delivery?.Turns.Add(turn) is true) turn.Add(new() { Name = StepNames.Received, At = delivery.At }, delivery.At);
        return turn;
    }

    private string? CustomerOf(Webhook item)
    {
        var user = (item as MessageWebhook)?.User ?? (item as StatusWebhook)?.User;
        var found = (user?.PhoneNumber is { } phone ? local.World.FindByPhone(phone) : null)
            ?? (user?.Bsuid is { } bsuid ? local.World.FindByUserId(bsuid) : null);
        if (item.UserId is not { } name) return found?.Id;
        if (found is not null) return _people[(item.Tenant, name)] = found.Id;
        return _people.TryGetValue((item.Tenant, name), out var known) ? known
            : (local.World.FindByPhone(name) ?? local.World.FindByUserId(name))?.Id;
    }

    private void Publish(TurnRecord turn) => local.Events.Publish("turn", View(turn, isWhole: false));

    private TurnView View(TurnRecord turn, bool isWhole) =>
        turn.View(Clean, turn.Message is { } id ? local.World.FindMessage(id)?.Exchange : null, isWhole);

    private string Clean(string text)
    {
        foreach (var secret in new[] { local.Options.AccessToken(), local.Options.WebhookSecret() })
        {
            if (secret?.Length >= MinSecretLength) text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    private static TurnWrite Describe(RecordWrite write) => new(
        write.Change.ToString(),
        write.Key.Kind.ToString().ToLowerInvariant(),
        write.Key.Kind is RecordKind.Table ? $"{write.Key.Owner}/{write.Key.Name}" : write.Key.Name,
        write.Change.Ttl?.TotalSeconds);

    private static TurnStep Span(string name, DateTimeOffset end, TimeSpan took) =>
        new() { Name = name, At = end - took, DurationMs = took.TotalMilliseconds };

    private static void Keep<T>(OrderedDictionary<string, T> all, int most, string key, T value)
    {
        all[key] = value;
        while (all.Count > most) all.RemoveAt(0);
    }

    private sealed record Delivery(DateTimeOffset At)
    {
        internal HashSet<TurnRecord> Turns { get; } = [];
    }
}
