namespace Wappa;

/// <summary>A message on its way. Outside a turn it has been accepted when the call returns; in a turn it is sent after the turn's
/// commit, or not at all if the turn fails.</summary>
public sealed class MessageHandle
{
    private readonly TaskCompletionSource<SentMessage> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile MessageState _state;
    private volatile SentMessage? _sent;

    internal MessageHandle(string id) => Id = id;

    /// <summary>The message's id in this app; the same after a restart. Not WhatsApp's.</summary>
    public string Id { get; }

    /// <summary>Where it stands.</summary>
    public MessageState State => _state;

    /// <summary>WhatsApp's id, <c>wamid.…</c>; <see langword="null"/> until it was accepted.</summary>
    public string? MessageId => _sent?.MessageId;

    /// <summary>Waits until WhatsApp has accepted the message.</summary>
    /// <param name="cancellationToken">Stops the wait, not the sending.</param>
    /// <exception cref="InvalidOperationException">Called in the turn that sends it: it is sent when the turn is over, so the wait
    /// would never end.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp refused it, or the outcome is unknown
    /// (<see cref="WhatsAppApiException.OutcomeUnknown"/>).</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the turn failed and nothing is sent.</exception>
    public Task<SentMessage> WaitForAcceptedAsync(CancellationToken cancellationToken = default) =>
        _state == MessageState.InTurn
            ? throw new InvalidOperationException(
                "A message of a turn is sent when the turn has been committed, so waiting for it inside the turn would never end. " +
                "Return from the handler, or send it at once with SendNowAsync.")
            : _accepted.Task.WaitAsync(cancellationToken);

    /// <summary>A message that was accepted, for messengers that send at once.</summary>
    /// <param name="sent">What WhatsApp said.</param>
    public static MessageHandle Accepted(SentMessage sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        var handle = new MessageHandle(sent.MessageId);
        handle.SetAccepted(sent);
        return handle;
    }

    internal void SetCommitted()
    {
        if (_state == MessageState.InTurn) _state = MessageState.Waiting;
    }

    internal void SetAccepted(SentMessage sent)
    {
        _sent = sent;
        _state = MessageState.Accepted;
        _accepted.TrySetResult(sent);
    }

    internal void SetFailed(MessageState state, Exception error)
    {
        _state = state;
        _accepted.TrySetException(error);
        _ = _accepted.Task.Exception; // nobody has to look
    }

    internal void SetDropped()
    {
        _state = MessageState.Dropped;
        _accepted.TrySetCanceled();
    }
}

/// <summary>Where a message stands.</summary>
public enum MessageState
{
    /// <summary>Its turn is not committed yet.</summary>
    InTurn,

    /// <summary>It is stored and will be sent.</summary>
    Waiting,

    /// <summary>WhatsApp accepted it; its statuses tell the rest.</summary>
    Accepted,

    /// <summary>WhatsApp refused it.</summary>
    Refused,

    /// <summary>It may have been sent: the answer was lost. It is not sent again, unless somebody decides so with
    /// <see cref="IHeldMessages"/>; what its statuses say comes to the handler.</summary>
    Indeterminate,

    /// <summary>Its turn failed; nothing was sent. The turn runs again and sends a message of its own.</summary>
    Dropped,
}
