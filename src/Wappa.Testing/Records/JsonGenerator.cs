using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Wappa.Testing.Records;

/// <summary>Generates JSON as it comes from the world: nested up to ten levels, with names and texts that need
/// escaping, and numbers in every spelling.</summary>
internal static class JsonGenerator
{
    private const int MaxNesting = 10;

    private static readonly Gen<string> Texts = Gen.Elements(
            "", "a", "name", "$ttl", "$", "$$", "a b", "\"", "\\", "\\\"", "/", "{", "}", "[", "]",
            ",", ":", "null", "1", "\n", "\t", "\u0001",
            "\u007f", "\u2028", "é", "e\u0301", "日本", "🍕", "👩‍👩‍👧", "\u200f", "<script>", "'", "&", "+", "\uffff", "ß",
                "İ")
        .ArrayOf().Select(parts => string.Concat(parts.Take(4)));

    private static readonly Gen<string> Numbers = Gen.OneOf(
        Gen.Choose(int.MinValue, int.MaxValue).Select(number => number.ToString(null, null)),
        Gen.Elements(
            "0", "-0", "0.0", "-0.0", "1.0", "1.10", "1e3", "1E+3", "1e-3", "0.1", "9007199254740993",
            "9223372036854775808",
            "79228162514264337593543950335", "1.7976931348623157E+308", "1e400",
                "123456789012345678901234567890.123456789"));

    /// <summary>JSON objects as text, without a name twice in one object.</summary>
    internal static Arbitrary<string> Objects { get; } =
        Arb.From(Gen.Sized(size => Object(Math.Min(size, MaxNesting))), Shrink);

    /// <summary>Field names of any kind.</summary>
    internal static Arbitrary<string> Names { get; } = Arb.From(Texts, Shrink);

    private static Gen<string> Value(int nesting) => nesting <= 1
        ? Scalar()
        : Gen.Frequency((4, Scalar()), (1, Object(nesting - 1)), (1, Array(nesting - 1)));

    private static Gen<string> Scalar() => Gen.Frequency(
        (3, Texts.Select(text => Quote(text))), (3, Numbers), (1, Gen.Elements("true", "false", "null", "[]", "{}")));

    private static Gen<string> Array(int nesting) =>
        Few(Value(nesting)).Select(items => $"[{string.Join(",", items)}]");

    private static Gen<string> Object(int nesting) =>
        Few(Texts.Zip(Value(nesting), (name, value) => (name, value)))
            .Select(fields => fields.DistinctBy(field => field.name)
                .Select(field => $"{Quote(field.name)}:{field.value}"))
            .Select(fields => $"{{{string.Join(",", fields)}}}");

    private static Gen<List<T>> Few<T>(Gen<T> items) => Gen.Choose(0, 4).SelectMany(count => items.ListOf(count));

    // Escaped in the strictest way or hardly at all: both spell the same text.
    private static string Quote(string text) =>
        $"\"{(text.Length % 2 == 0 ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Encode(text)}\"";

    // Smaller objects fail more readably: one field left out, or one field's value put in the object's place.
    private static IEnumerable<string> Shrink(string json)
    {
        if (!json.StartsWith('{')) return json.Length == 0 ? [] : [json[1..], json[..^1]];
        using var document = JsonDocument.Parse(json);
        var fields = document.RootElement.EnumerateObject().ToArray();
        var without = fields.Select((_, left) => Write(fields.Where((_, at) => at != left)));
        var within = fields.Where(field => field.Value.ValueKind == JsonValueKind.Object)
            .Select(field => field.Value.GetRawText());
        return [.. within, .. without];
    }

    private static string Write(IEnumerable<JsonProperty> fields)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            foreach (var field in fields)
            {
                writer.WritePropertyName(field.Name);
                writer.WriteRawValue(field.Value.GetRawText(), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
