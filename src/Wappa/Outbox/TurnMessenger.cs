using Wappa.Graph;

namespace Wappa.Outbox;

/// <summary>The messenger of a turn: what it is given is checked and written at once, and sent when the turn is committed.</summary>
internal sealed class TurnMessenger(GraphClient graph, string phoneNumberId) : IMessenger
{
    private readonly Lock _gate = new();
    private readonly List<OutboxEntry> _entries = [];
    private readonly IMessenger _now = graph.MessengerOf(phoneNumberId);
    private bool _ended;

    internal IReadOnlyList<OutboxEntry> Entries => _entries;

    public ValueTask<MessageHandle> SendAsync(
        OutgoingMessage message, string recipient, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var to = Graph.Recipient.Of(recipient);
        message.Validate();
        ThrowIfTooLong(message.CallbackData);
        cancellationToken.ThrowIfCancellationRequested();
        var id = OutboxEntry.NewId();
        var body = (message with { CallbackData = OutboxTag.Join(id, message.CallbackData) }).ToBody(to);
        return new(Add(new()
        {
            Id = id,
            PhoneNumberId = phoneNumberId,
            Recipient = recipient,
            Body = body.ToArray(),
            Handle = new(id),
            Trace = System.Diagnostics.Activity.Current?.Context ?? default,
        }));
    }

    public ValueTask<SentMessage> SendNowAsync(
        OutgoingMessage message, string recipient, CancellationToken cancellationToken = default) =>
        _now.SendNowAsync(message, recipient, cancellationToken);

    public ValueTask MarkAsReadAsync(
        string messageId, bool showTyping = false, CancellationToken cancellationToken = default) =>
        _now.MarkAsReadAsync(messageId, showTyping, cancellationToken);

    internal void End()
    {
        lock (_gate) _ended = true;
    }

    private MessageHandle Add(OutboxEntry entry)
    {
        lock (_gate)
        {
            if (_ended)
            {
                throw new InvalidOperationException(
                    "The turn this messenger belongs to is over, so the message would never be sent. Await everything before the " +
                    $"handler returns; for work that goes on afterwards inject {nameof(IMessenger)}, which sends at once.");
            }

            _entries.Add(entry);
        }

        return entry.Handle!;
    }

    private static void ThrowIfTooLong(string? data)
    {
        const int Limit = OutgoingMessage.MaxCallbackDataLength - OutboxTag.Length;
        if (data is null || data.Length <= Limit) return;
        throw new ArgumentException(
            $"{nameof(OutgoingMessage)}.{nameof(OutgoingMessage.CallbackData)} has {data.Length} characters; the limit in a turn " +
            $"is {Limit}, as {OutboxTag.Length} are needed to recognize the message in its statuses. Keep the data elsewhere " +
            "and attach its id.", nameof(data));
    }
}
