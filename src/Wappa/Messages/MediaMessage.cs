namespace Wappa;

/// <summary>A message that is a file, fetched by <see cref="IMediaClient.DownloadAsync"/>.</summary>
public abstract class MediaMessage : Message
{
    private protected MediaMessage()
    {
    }

    /// <summary>Where the file is and what it should be.</summary>
    public required MediaReference Media { get; init; }

    /// <summary>What the user wrote below it; <see langword="null"/> for nothing, and always for sounds and
    /// stickers.</summary>
    public string? Caption { get; init; }
}

/// <summary>A picture.</summary>
public sealed class ImageMessage : MediaMessage;

/// <summary>A video.</summary>
public sealed class VideoMessage : MediaMessage;

/// <summary>A sound: a file, or recorded on the spot.</summary>
public sealed class AudioMessage : MediaMessage
{
    /// <summary>Whether it was recorded with the microphone button.</summary>
    public bool IsVoice { get; init; }
}

/// <summary>A document.</summary>
public sealed class DocumentMessage : MediaMessage
{
    /// <summary>The name the user's phone gave it. Not to be trusted as a path; <see langword="null"/> if not
    /// given.</summary>
    public string? FileName { get; init; }
}

/// <summary>A sticker.</summary>
public sealed class StickerMessage : MediaMessage
{
    /// <summary>Whether it moves.</summary>
    public bool IsAnimated { get; init; }
}
