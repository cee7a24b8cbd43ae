namespace Wappa;

/// <summary>A message WhatsApp accepted. Not a record: its text form must not show who it went to.</summary>
public sealed class SentMessage
{
    /// <summary>WhatsApp's id, <c>wamid.…</c>; the statuses of the message carry it.</summary>
    public required string MessageId { get; init; }

    /// <summary>The recipient's phone number as WhatsApp knows it; <see langword="null"/> for a business-scoped user
    /// id.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>The recipient's business-scoped user id; <see langword="null"/> if not given.</summary>
    public string? Bsuid { get; init; }

    /// <summary>Of a template: <c>accepted</c>, <c>held_for_quality_assessment</c> or <c>paused</c>;
    /// <see langword="null"/> if not given.</summary>
    public string? TemplateState { get; init; }
}
