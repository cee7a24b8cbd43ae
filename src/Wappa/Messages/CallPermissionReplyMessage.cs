namespace Wappa;

/// <summary>Whether the business may call the user.</summary>
public sealed class CallPermissionReplyMessage : Message
{
    /// <summary>Whether it may.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>Until when; <see langword="null"/> for a refusal, or if it does not end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it does not end.</summary>
    public bool IsPermanent { get; init; }

    /// <summary><c>user_action</c>, or <c>automatic</c> because the user called; <see langword="null"/> if not
    /// given.</summary>
    public string? Source { get; init; }
}
