using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Wappa.Emulator;

/// <summary>The JSON of the emulator's own API: camelCase, enums as words, absent values as null.</summary>
internal static class EmulatorJson
{
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>A value that never changes, so that threads may share it.</summary>
    internal static JsonElement Freeze(JsonNode node) => JsonSerializer.SerializeToElement(node);

    /// <summary>A copy that may be changed.</summary>
    internal static JsonObject Thaw(JsonElement value) => JsonObject.Create(value.Clone()) ?? [];

    /// <summary>The text under a name; null if there is none or it is no text.</summary>
    internal static string? Text(this JsonObject? fields, string name) =>
        fields?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The object under a name; null if there is none or it is no object.</summary>
    internal static JsonObject? Object(this JsonObject? fields, string name) => fields?[name] as JsonObject;

    /// <summary>The array under a name; null if there is none or it is no array.</summary>
    internal static JsonArray? Array(this JsonObject? fields, string name) => fields?[name] as JsonArray;

    /// <summary>The text under a name within the object under a name.</summary>
    internal static string? Text(this JsonObject? fields, string outer, string name) => fields.Object(outer).Text(name);
}
