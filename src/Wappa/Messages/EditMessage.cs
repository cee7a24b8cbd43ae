namespace Wappa;

/// <summary>The user changed a message, within 15 minutes. Only numbers that are also used with the WhatsApp Business
/// app are told.</summary>
public sealed class EditMessage : Message
{
    /// <summary>The message that was changed.</summary>
    public required string OriginalMessageId { get; init; }

    /// <summary>The message as it is now, under the id of the original.</summary>
    public required Message Content { get; init; }
}

/// <summary>The user deleted a message for everybody, within two days. Only numbers that are also used with the WhatsApp
/// Business app are told.</summary>
public sealed class RevokeMessage : Message
{
    /// <summary>The message that was deleted.</summary>
    public required string OriginalMessageId { get; init; }
}
