namespace Wappa;

/// <summary>A file to be uploaded.</summary>
public sealed class MediaUpload
{
    /// <summary>Its bytes, read from where the stream stands to its end; left open.</summary>
    public required Stream Content { get; init; }

    /// <summary>What it is, such as <c>image/jpeg</c>. It decides which limits apply.</summary>
    public required string MimeType { get; init; }

    /// <summary>Its name. Default: <c>file</c>.</summary>
    public string? FileName { get; init; }

    /// <summary>The number that is going to send it. Default: the configured one.</summary>
    public string? PhoneNumberId { get; init; }
}
