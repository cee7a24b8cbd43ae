namespace Wappa;

/// <summary>An emoji on a message, or its removal.</summary>
public sealed class ReactionMessage : Message
{
    /// <summary>The message it is on, at most 30 days old.</summary>
    public required string TargetId { get; init; }

    /// <summary>The emoji; <see langword="null"/> when the user took it away.</summary>
    public string? Emoji { get; init; }
}
