namespace Wappa;

/// <summary>What WhatsApp says about a file.</summary>
public sealed class MediaInfo
{
    /// <summary>The largest file users can send: 100 MB.</summary>
    public const long MaxBytes = 100L << 20;

    /// <summary>The file's id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it can be fetched with the access token for 5 minutes.</summary>
    public required string Url { get; init; }

    /// <summary>What it is, possibly with parameters; <see langword="null"/> if not given.</summary>
    public string? MimeType { get; init; }

    /// <summary>The SHA-256 of its bytes in hexadecimal digits; <see langword="null"/> if not given.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its size in bytes; <see langword="null"/> if not given.</summary>
    public long? Size { get; init; }
}
