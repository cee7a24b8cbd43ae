namespace Wappa;

/// <summary>What a user typed.</summary>
public sealed class TextMessage : Message
{
    /// <summary>The text as typed, not trimmed: 0 to a little over 4,096 characters. What is not valid Unicode in the
    /// webhook is U+FFFD here.</summary>
    public required string Body { get; init; }
}
