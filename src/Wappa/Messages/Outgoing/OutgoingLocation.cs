using System.Text.Json;

namespace Wappa;

/// <summary>A place.</summary>
public sealed record OutgoingLocation : OutgoingMessage
{
    /// <summary>Degrees, -90 to 90; north is positive.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees, -180 to 180; east is positive.</summary>
    public required double Longitude { get; init; }

    /// <summary>What the place is called. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is, in words; shown only with a <see cref="Name"/>. Default: none.</summary>
    public string? Address { get; init; }

    internal override string Type => "location";

    internal static void ValidateAt(string path, double latitude, double longitude)
    {
        // Written as a negation, so that NaN is refused.
        if (!(latitude is >= -90 and <= 90)) throw OutOfRange(path + nameof(Latitude), 90);
        if (!(longitude is >= -180 and <= 180)) throw OutOfRange(path + nameof(Longitude), 180);
    }

    private protected override void ValidateContent(string path) => ValidateAt(path, Latitude, Longitude);

    private protected override void WriteContent(Utf8JsonWriter json) => WriteValue(json);

    internal void WriteValue(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("latitude"u8, Latitude);
        json.WriteNumber("longitude"u8, Longitude);
        if (!string.IsNullOrEmpty(Name)) json.WriteString("name"u8, Name);
        if (!string.IsNullOrEmpty(Address)) json.WriteString("address"u8, Address);
        json.WriteEndObject();
    }

    private static InvalidMessageException OutOfRange(string field, int limit) =>
        new(field, $"is outside of -{limit} to {limit} degrees.", "Check that the two are not swapped.");
}
