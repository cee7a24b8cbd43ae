using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Caching.Documents;

/// <summary>Writes a document that is a field of another, or a member of a value, as the object it is, to the letter.</summary>
internal sealed class CacheDocumentConverter : JsonConverter<CacheDocument>
{
    // What a store hands out is of a type of its own, which shows where a member is declared as object.
    public override bool CanConvert(Type typeToConvert) => typeof(CacheDocument).IsAssignableFrom(typeToConvert);

    public override CacheDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("A document is a JSON object.");
        return CacheDocument.Parse(JsonMarshal.GetRawUtf8Value(json.RootElement));
    }

    // The writer does not count the levels of raw bytes, so they are counted here.
    public override void Write(Utf8JsonWriter writer, CacheDocument value, JsonSerializerOptions options)
    {
        JsonText.ThrowIfDeeper(value.RawJson, JsonText.MaxDepth - writer.CurrentDepth);
        writer.WriteRawValue(value.RawJson, skipInputValidation: true);
    }
}
