using System.Globalization;

namespace Wappa.Graph;

/// <summary>Which files WhatsApp takes, and how large they may be.</summary>
internal static class MediaRules
{
    private const long Megabyte = 1L << 20;

    private static readonly string[] Images = ["image/jpeg", "image/png"];
    private static readonly string[] Videos = ["video/mp4", "video/3gpp", "video/3gp"];
    private static readonly string[] Sounds = ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp3", "audio/mp4", "audio/m4a", "audio/ogg"];

    /// <summary>The largest file of a type, in bytes. Whatever is no picture, video or sound is a document.</summary>
    /// <param name="field">Named in the error.</param>
    /// <param name="mimeType">Possibly with parameters.</param>
    /// <exception cref="InvalidMessageException">Empty, or a picture, video or sound of a type that is not
    /// taken.</exception>
    internal static long MaxBytesOf(string field, string? mimeType)
    {
        FieldRules.NotEmpty(field, mimeType);
        var type = mimeType.Split(';', 2)[0].Trim().ToLowerInvariant();
        // A sticker that stands still may have 100 KB only; whether it moves, only its bytes tell.
        if (type is "image/webp") return 500L << 10;
        if (type.StartsWith("image/", StringComparison.Ordinal)) return OneOf(field, type, Images, 5 * Megabyte);
        if (type.StartsWith("video/", StringComparison.Ordinal)) return OneOf(field, type, Videos, 16 * Megabyte);
        if (type.StartsWith("audio/", StringComparison.Ordinal)) return OneOf(field, type, Sounds, 16 * Megabyte);
        return MediaInfo.MaxBytes;
    }

    internal static InvalidMessageException TooLarge(string field, long max) => new(
        field, string.Create(CultureInfo.InvariantCulture, $"has more than {max} bytes, the most WhatsApp takes of its type."),
        "Send a smaller one, or a link to it.");

    private static long OneOf(string field, string type, string[] known, long max) => known.Contains(type)
        ? max
        : throw new InvalidMessageException(
            field, $"is of a type WhatsApp does not take; it takes {string.Join(", ", known)}.", "Convert the file.");
}
