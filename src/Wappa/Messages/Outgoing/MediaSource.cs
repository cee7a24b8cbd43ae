using System.Text.Json;

namespace Wappa;

/// <summary>Where WhatsApp takes a file from: what was uploaded, or a public address it downloads at each sending (kept
/// for 10 minutes). Make one with <see cref="FromId"/> or <see cref="FromLink"/>.</summary>
public sealed record MediaSource
{
    private MediaSource(string? id, string? link) => (Id, Link) = (id, link);

    /// <summary>The id of an uploaded file; <see langword="null"/> for a link.</summary>
    public string? Id { get; }

    /// <summary>The public address; <see langword="null"/> for an uploaded file.</summary>
    public string? Link { get; }

    /// <summary>A file uploaded by <see cref="IMediaClient.UploadAsync"/>; it can be sent for 30 days.</summary>
    /// <param name="id">What the upload returned.</param>
    public static MediaSource FromId(string id) => new(id ?? throw new ArgumentNullException(nameof(id)), null);

    /// <summary>A file on the web.</summary>
    /// <param name="link">Absolute, http or https; anyone must be able to fetch it.</param>
    public static MediaSource FromLink(string link) => new(null, link ?? throw new ArgumentNullException(nameof(link)));

    internal static void Validate(string field, MediaSource? source)
    {
        FieldRules.Present(field, source);
        if (source.Link is null) FieldRules.NotEmpty($"{field}.{nameof(Id)}", source.Id);
        else FieldRules.Link($"{field}.{nameof(Link)}", source.Link);
    }

    /// <summary>Writes its one property into an object that is open.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        if (Id is not null) json.WriteString("id"u8, Id);
        else json.WriteString("link"u8, Link);
    }
}
