namespace Wappa;

/// <summary>A method for each kind of message that is sent every day. Everything else: build it and pass it to
/// <see cref="IMessenger.SendAsync"/>. All of them fail as that one does.</summary>
public static class MessengerExtensions
{
    /// <summary>Sends a picture.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="image">JPEG or PNG, at most 5 MB.</param>
    /// <param name="recipient">A user or a group.</param>
    /// <param name="caption">At most 1,024 characters. Default: none.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendImageAsync(
        this IMessenger messenger, MediaSource image, string recipient, string? caption = null,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(new OutgoingImage { Media = image, Caption = caption }, recipient, cancellationToken);

    /// <summary>Sends a video.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="video">MP4 or 3GP, at most 16 MB.</param>
    /// <param name="recipient">A user or a group.</param>
    /// <param name="caption">At most 1,024 characters. Default: none.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendVideoAsync(
        this IMessenger messenger, MediaSource video, string recipient, string? caption = null,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(new OutgoingVideo { Media = video, Caption = caption }, recipient, cancellationToken);

    /// <summary>Sends a sound.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="audio">AAC, AMR, MP3, M4A or OGG with Opus, at most 16 MB.</param>
    /// <param name="recipient">A user or a group.</param>
    /// <param name="isVoice">Whether it is shown as a voice message. Default: no.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendAudioAsync(
        this IMessenger messenger, MediaSource audio, string recipient, bool isVoice = false,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(new OutgoingAudio { Media = audio, IsVoice = isVoice }, recipient, cancellationToken);

    /// <summary>Sends a document.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="document">At most 100 MB.</param>
    /// <param name="recipient">A user or a group.</param>
    /// <param name="fileName">The name it is shown under. Default: WhatsApp's choice.</param>
    /// <param name="caption">At most 1,024 characters. Default: none.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendDocumentAsync(
        this IMessenger messenger, MediaSource document, string recipient, string? fileName = null,
        string? caption = null, CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(
            new OutgoingDocument { Media = document, FileName = fileName, Caption = caption }, recipient, cancellationToken);

    /// <summary>Sends a place.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="latitude">Degrees, -90 to 90.</param>
    /// <param name="longitude">Degrees, -180 to 180.</param>
    /// <param name="recipient">A user or a group.</param>
    /// <param name="name">What it is called. Default: none.</param>
    /// <param name="address">Where it is, in words. Default: none.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendLocationAsync(
        this IMessenger messenger, double latitude, double longitude, string recipient, string? name = null,
        string? address = null, CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(
            new OutgoingLocation { Latitude = latitude, Longitude = longitude, Name = name, Address = address },
            recipient, cancellationToken);

    /// <summary>Sends a text with buttons.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="body">1 to 1,024 characters.</param>
    /// <param name="buttons">1 to 3 buttons.</param>
    /// <param name="recipient">A user.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendButtonsAsync(
        this IMessenger messenger, string body, IReadOnlyList<ReplyButton> buttons, string recipient,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(new OutgoingButtons { Body = body, Buttons = buttons }, recipient, cancellationToken);

    /// <summary>Sends a text with a list of one section.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="body">1 to 4,096 characters.</param>
    /// <param name="buttonText">1 to 20 characters on the button that opens the list.</param>
    /// <param name="rows">1 to 10 rows.</param>
    /// <param name="recipient">A user.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendListAsync(
        this IMessenger messenger, string body, string buttonText, IReadOnlyList<ListRow> rows, string recipient,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(
            new OutgoingList { Body = body, ButtonText = buttonText, Sections = [new(null, rows)] }, recipient, cancellationToken);

    /// <summary>Sends a text with a button that opens a web page.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="body">1 to 1,024 characters.</param>
    /// <param name="buttonText">1 to 20 characters on the button.</param>
    /// <param name="url">Absolute, http or https.</param>
    /// <param name="recipient">A user.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendLinkAsync(
        this IMessenger messenger, string body, string buttonText, string url, string recipient,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(
            new OutgoingLink { Body = body, ButtonText = buttonText, Url = url }, recipient, cancellationToken);

    /// <summary>Sends a template whose body has only texts to fill in, or nothing.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="name">The template's name.</param>
    /// <param name="language">The language and region, such as <c>en_US</c>.</param>
    /// <param name="recipient">A user.</param>
    /// <param name="texts">What fills the body's blanks, in order. Default: it has none.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> SendTemplateAsync(
        this IMessenger messenger, string name, string language, string recipient, IReadOnlyList<string>? texts = null,
        CancellationToken cancellationToken = default) =>
        Checked(messenger).SendAsync(
            new OutgoingTemplate
            {
                Name = name,
                Language = language,
                Body = [.. (texts ?? []).Select(static text => TemplateParameter.FromText(text))],
            },
            recipient, cancellationToken);

    /// <summary>Answers a message where it was written, in the group or to the user, quoting it.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="webhook">The message to answer.</param>
    /// <param name="answer">What to answer; its <see cref="OutgoingMessage.ReplyTo"/> is replaced.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> ReplyAsync(
        this IMessenger messenger, MessageWebhook webhook, OutgoingMessage answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(answer);
        return Checked(messenger).SendAsync(
            answer with { ReplyTo = webhook.Message.Id }, PlaceOf(webhook), cancellationToken);
    }

    /// <summary>Answers a message with a text where it was written, quoting it.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="webhook">The message to answer.</param>
    /// <param name="text">1 to 4,096 characters.</param>
    /// <param name="cancellationToken">Stops the wait; the message may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> ReplyAsync(
        this IMessenger messenger, MessageWebhook webhook, string text, CancellationToken cancellationToken = default) =>
        ReplyAsync(messenger, webhook, new OutgoingText(text), cancellationToken);

    /// <summary>Puts an emoji on a message of the user.</summary>
    /// <param name="messenger">Sends it.</param>
    /// <param name="webhook">The message, at most 30 days old.</param>
    /// <param name="emoji">One emoji; empty takes the earlier one away.</param>
    /// <param name="cancellationToken">Stops the wait; the reaction may have been sent.</param>
    /// <returns>What WhatsApp accepted.</returns>
    public static ValueTask<MessageHandle> ReactAsync(
        this IMessenger messenger, MessageWebhook webhook, string emoji, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return Checked(messenger).SendAsync(
            new OutgoingReaction { MessageId = webhook.Message.Id, Emoji = emoji }, PlaceOf(webhook), cancellationToken);
    }

    private static string PlaceOf(MessageWebhook webhook) => webhook.Message.GroupId ?? webhook.User.UserId;

    private static IMessenger Checked(IMessenger messenger) =>
        messenger ?? throw new ArgumentNullException(nameof(messenger));
}
