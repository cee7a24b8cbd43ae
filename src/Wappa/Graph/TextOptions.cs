namespace Wappa;

/// <summary>What may go with a text.</summary>
public sealed record TextOptions
{
    /// <summary>Nothing: a plain text.</summary>
    public static TextOptions None { get; } = new();

    /// <summary>Whether the first link in the text is shown with a preview. Default: no.</summary>
    public bool PreviewUrl { get; init; }

    /// <summary>The id of the message it answers, shown quoted above it. Default: none.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>At most 512 characters that come back in <see cref="MessageStatus.CallbackData"/>. Default:
    /// none.</summary>
    public string? CallbackData { get; init; }

    internal OutgoingText ToMessage(string text) => new(text)
    {
        PreviewUrl = PreviewUrl,
        ReplyTo = ReplyTo,
        CallbackData = CallbackData,
    };
}
