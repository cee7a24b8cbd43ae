namespace Wappa;

/// <summary>An error WhatsApp reports in a webhook.</summary>
/// <param name="Code">WhatsApp's number; 0 if it gave none. Decide on this one.</param>
/// <param name="Title">A short name.</param>
/// <param name="Message">One sentence; often the same as the title.</param>
/// <param name="Details">What exactly went wrong.</param>
public sealed record WebhookError(int Code, string? Title, string? Message, string? Details);
