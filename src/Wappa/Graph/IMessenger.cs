namespace Wappa;

/// <summary>Sends WhatsApp messages through the Graph API, from one phone number. The kinds people send every day have
/// a method of their own in <see cref="MessengerExtensions"/>.</summary>
/// <remarks>
/// <para>The messenger of a turn keeps its messages until the turn has been committed. Then they are sent in order, and again
/// after refusals that pass; a turn that fails sends nothing. An injected messenger sends at once.</para>
/// <para>A message that was accepted is not yet delivered; what becomes of it arrives at
/// <see cref="WappaEventHandler.HandleStatusAsync"/>. Nothing is sent twice on its own: WhatsApp knows no idempotency
/// key, so what may have been sent is not repeated; see <see cref="WhatsAppApiException.OutcomeUnknown"/>.</para>
/// </remarks>
public interface IMessenger
{
    /// <summary>Sends a message of any kind.</summary>
    /// <param name="message">What to send; checked against WhatsApp's limits first.</param>
    /// <param name="recipient">A user id as in <see cref="WebhookUser.UserId"/> (a phone number or a business-scoped
    /// user id), or a group as in <see cref="Message.GroupId"/>.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>In a turn: a message that will be sent. Else: one that WhatsApp has accepted.</returns>
    /// <exception cref="InvalidMessageException">A field breaks a limit; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The recipient is empty or too long; nothing was sent.</exception>
    /// <exception cref="WhatsAppApiException">Outside a turn: WhatsApp refused, or could not be asked.</exception>
    ValueTask<MessageHandle> SendAsync(
        OutgoingMessage message, string recipient, CancellationToken cancellationToken = default);

    /// <summary>Sends a message at once, in a turn as well: before the turn's other messages, whether the turn succeeds or
    /// not, and again each time it is run.</summary>
    /// <param name="message">What to send; checked against WhatsApp's limits first.</param>
    /// <param name="recipient">As in <see cref="SendAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    /// <exception cref="InvalidMessageException">A field breaks a limit; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The recipient is empty or too long; nothing was sent.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked.</exception>
    ValueTask<SentMessage> SendNowAsync(
        OutgoingMessage message, string recipient, CancellationToken cancellationToken = default);

    /// <summary>Shows the user that a message was read; it marks those before it as well.</summary>
    /// <remarks>At once, in a turn as well.</remarks>
    /// <param name="messageId">A message of the user, at most 30 days old.</param>
    /// <param name="showTyping">Whether the user also sees that somebody is typing, until the answer comes, for 25
    /// seconds at most. Default: no.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="InvalidMessageException">The id is empty; nothing was sent.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked. Repeating does no
    /// harm.</exception>
    ValueTask MarkAsReadAsync(string messageId, bool showTyping = false, CancellationToken cancellationToken = default);

    /// <summary>Sends a text.</summary>
    /// <param name="text">1 to 4,096 characters (UTF-16 units).</param>
    /// <param name="recipient">A user id as in <see cref="WebhookUser.UserId"/>: a phone number or a business-scoped
    /// user id.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>In a turn: a message that will be sent. Else: one that WhatsApp has accepted.</returns>
    /// <exception cref="ArgumentException">The text or the recipient is empty or too long; nothing was
    /// sent.</exception>
    /// <exception cref="WhatsAppApiException">Outside a turn: WhatsApp refused, or could not be asked.</exception>
    ValueTask<MessageHandle> SendTextAsync(
        string text, string recipient, CancellationToken cancellationToken = default) =>
        SendTextAsync(text, recipient, TextOptions.None, cancellationToken);

    /// <summary>Sends a text with options.</summary>
    /// <param name="text">1 to 4,096 characters (UTF-16 units).</param>
    /// <param name="recipient">A phone number or a business-scoped user id.</param>
    /// <param name="options">What goes with the text.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <inheritdoc cref="SendTextAsync(string, string, CancellationToken)" path="/returns"/>
    /// <exception cref="ArgumentException">The text, the recipient or an option is not valid; nothing was
    /// sent.</exception>
    /// <exception cref="WhatsAppApiException">Outside a turn: WhatsApp refused, or could not be asked.</exception>
    ValueTask<MessageHandle> SendTextAsync(
        string text, string recipient, TextOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        return SendAsync(options.ToMessage(text), recipient, cancellationToken);
    }
}
