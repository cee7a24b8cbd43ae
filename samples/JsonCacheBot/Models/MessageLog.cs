using System.Collections.Immutable;

namespace JsonCacheBot.Models;

/// <summary>What a user wrote: a row of the table <c>msg_history</c>, in <c>table_cache/msg_history_{id}.json</c>.</summary>
/// <param name="Total">All messages there were.</param>
/// <param name="Messages">The newest of them, the oldest first.</param>
public sealed record MessageLog(long Total, ImmutableArray<LoggedMessage> Messages)
{
    /// <summary>More are never shown.</summary>
    public const int MaxMessages = 20;

    private const int MaxLength = 500; // UTF-16 units

    public static MessageLog Empty { get; } = new(0, []);

    public MessageLog Add(string text, string type, DateTimeOffset at)
    {
        if (text.Length > MaxLength) text = text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
        return new(Total + 1, [.. Messages.TakeLast(MaxMessages - 1), new(text, type, at)]);
    }
}

/// <summary>One message.</summary>
public sealed record LoggedMessage(string Message, string MessageType, DateTimeOffset Timestamp);
