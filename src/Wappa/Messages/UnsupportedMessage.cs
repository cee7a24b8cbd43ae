namespace Wappa;

/// <summary>The user sent something WhatsApp does not pass on, such as a poll, or a file it could not fetch;
/// <see cref="Message.Errors"/> says why.</summary>
public sealed class UnsupportedMessage : Message
{
    /// <summary>What it was, such as <c>poll_creation</c>; <see langword="null"/> if WhatsApp does not say.</summary>
    public string? Kind { get; init; }
}

/// <summary>The user opened the chat for the first time and has written nothing yet. WhatsApp no longer sends
/// it.</summary>
public sealed class WelcomeRequestMessage : Message;
