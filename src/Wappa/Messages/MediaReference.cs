namespace Wappa;

/// <summary>A file a user sent. WhatsApp keeps it for 7 days.</summary>
public sealed class MediaReference
{
    /// <summary>The file's id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is, possibly with parameters, such as <c>audio/ogg; codecs=opus</c>; <see langword="null"/> if
    /// not given.</summary>
    public string? MimeType { get; init; }

    /// <summary>The SHA-256 of its bytes in Base64; <see langword="null"/> if not given.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where it can be fetched with the access token for 5 minutes; <see langword="null"/> if not
    /// given.</summary>
    public string? Url { get; init; }
}
