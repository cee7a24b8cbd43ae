using System.ComponentModel.DataAnnotations;

namespace ChatFeedApi.Conversations;

/// <param name="Id">1, 2, 3, … within its conversation.</param>
public sealed record ChatMessage(long Id, long UserId, string Text, DateTimeOffset SentAt);

/// <summary>What a client may say of a message.</summary>
public sealed record MessageInput(
    [property: Range(1, long.MaxValue)] long UserId,
    [property: Required, StringLength(4096)] string Text);
