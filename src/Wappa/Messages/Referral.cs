namespace Wappa;

/// <summary>The advertisement or post whose button opened the conversation. Every part may be missing.</summary>
public sealed class Referral
{
    /// <summary>Where it can be seen.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>The id of the advertisement or post.</summary>
    public string? SourceId { get; init; }

    /// <summary><c>ad</c> or <c>post</c>.</summary>
    public string? SourceType { get; init; }

    /// <summary>Its headline.</summary>
    public string? Headline { get; init; }

    /// <summary>Its text.</summary>
    public string? Body { get; init; }

    /// <summary><c>image</c> or <c>video</c>.</summary>
    public string? MediaType { get; init; }

    /// <summary>The picture's address.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>The video's address.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>The address of the video's preview.</summary>
    public string? ThumbnailUrl { get; init; }

    /// <summary>The click, as the advertising reports name it.</summary>
    public string? ClickId { get; init; }

    /// <summary>The greeting the user saw before writing.</summary>
    public string? WelcomeText { get; init; }
}
