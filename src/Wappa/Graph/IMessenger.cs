namespace Wappa;

/// <summary>Sends WhatsApp messages through the Graph API, from one phone number.</summary>
/// <remarks>
/// A message that was accepted is not yet delivered; what becomes of it arrives at
/// <see cref="WappaEventHandler.HandleStatusAsync"/>. Nothing is sent twice on its own: WhatsApp knows no idempotency
/// key, so repeating is the caller's decision, by <see cref="WhatsAppApiException.IsRetryable"/> and
/// <see cref="WhatsAppApiException.OutcomeUnknown"/>.
/// </remarks>
public interface IMessenger
{
    /// <summary>Sends a text.</summary>
    /// <param name="text">1 to 4,096 characters (UTF-16 units).</param>
    /// <param name="recipient">A user id as in <see cref="WebhookUser.UserId"/>: a phone number or a business-scoped
    /// user id.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    /// <exception cref="ArgumentException">The text or the recipient is empty or too long; nothing was
    /// sent.</exception>
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked.</exception>
    ValueTask<SentMessage> SendTextAsync(
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
    /// <exception cref="WhatsAppApiException">WhatsApp refused, or could not be asked.</exception>
    ValueTask<SentMessage> SendTextAsync(
        string text, string recipient, TextOptions options, CancellationToken cancellationToken = default);
}
