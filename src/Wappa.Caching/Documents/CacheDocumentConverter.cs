using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Documents;

/// <summary>Writes a document that is a field of another, or a member of a value, as the object it is.</summary>
internal sealed class CacheDocumentConverter : JsonConverter<CacheDocument>
{
    public override CacheDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return CacheDocument.Parse(json.RootElement.GetRawText());
    }

    // Token by token rather than as raw bytes, so that the writer counts the levels.
    public override void Write(Utf8JsonWriter writer, CacheDocument value, JsonSerializerOptions options)
    {
        using var json = JsonDocument.Parse(value.RawJson);
        json.RootElement.WriteTo(writer);
    }
}
