using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Changing some fields of a record by JSON.</summary>
internal static class Patch
{
    private static readonly JsonSerializerOptions Strict = new(EmulatorJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>A copy of a record with the given fields set.</summary>
    /// <param name="record">As it is.</param>
    /// <param name="fields">An object.</param>
    /// <param name="field">What to make of a field; null: nothing, it is skipped.</param>
    /// <exception cref="JsonException">No object, an unknown field, or a value of another type.</exception>
    internal static TRecord Apply<TRecord>(TRecord record, JsonElement fields, Func<string, JsonElement, JsonElement?>? field = null)
        where TRecord : notnull
    {
        if (fields.ValueKind is not JsonValueKind.Object) throw new JsonException("A JSON object is expected.");
        var merged = (JsonObject)JsonSerializer.SerializeToNode(record, Strict)!;
        foreach (var given in fields.EnumerateObject())
        {
            var value = field is null ? given.Value : field(given.Name, given.Value);
            if (value is { } known) merged[given.Name] = JsonSerializer.SerializeToNode(known);
        }

        return merged.Deserialize<TRecord>(Strict) ?? throw new JsonException("A JSON object is expected.");
    }
}
