using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Wappa.Caching.Documents;

/// <summary>What every document keeps to, whoever wrote it: UTF-8, no white space between tokens, at most 64 levels,
/// each field once, field names in one canonical escaping.</summary>
internal static class JsonText
{
    internal const int MaxDepth = 64;

    /// <summary>The one way in which names and texts are escaped: hardly at all.</summary>
    internal static readonly JavaScriptEncoder Encoder = RecordEncoder.Instance;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth };

    // Names made only of these are equal byte for byte to their JSON form.
    private static readonly SearchValues<char> PlainNameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$:/+@# ");

    internal static bool IsPlainName(string name) => !name.AsSpan().ContainsAnyExcept(PlainNameCharacters);

    /// <summary>The name as it stands between the quotes.</summary>
    /// <exception cref="ArgumentException">The name holds half of a surrogate pair.</exception>
    internal static byte[] EscapeName(string name) =>
        IsPlainName(name)
            ? System.Text.Encoding.ASCII.GetBytes(name)
            : JsonEncodedText.Encode(name, Encoder).EncodedUtf8Bytes.ToArray();

    /// <summary>Checks one JSON value and strips white space between its tokens; the texts of numbers and strings stay
    /// as they are.</summary>
    /// <param name="json">UTF-8 without a byte order mark.</param>
    /// <param name="levels">How deep the value may be: what is left of the 64 at the place it goes to.</param>
    /// <exception cref="JsonException">Not one JSON value, or deeper than <paramref name="levels"/>.</exception>
    internal static byte[] Compact(ReadOnlySpan<byte> json, int levels = MaxDepth)
    {
        ThrowIfNoUtf8(json);
        var output = new ArrayBufferWriter<byte>(Math.Max(json.Length, 16));
        var reader = new Utf8JsonReader(json, Strict with { MaxDepth = levels });
        if (!reader.Read()) throw new JsonException("There is no JSON value.");
        CopyValue(ref reader, output);
        if (reader.Read()) throw new JsonException("There is more than one JSON value.");
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">Valid JSON, but deeper than <paramref name="levels"/>.</exception>
    internal static void ThrowIfDeeper(ReadOnlySpan<byte> json, int levels)
    {
        if (levels < 1) throw new JsonException($"A record has at most {MaxDepth} levels.");
        var reader = new Utf8JsonReader(json, Strict with { MaxDepth = levels });
        while (reader.Read())
        {
        }
    }

    /// <summary>As <see cref="Compact"/> for an object, of which the last of two fields with one name is kept and field
    /// names are brought to their canonical escaping.</summary>
    /// <exception cref="JsonException">Not a JSON object, or deeper than 64 levels.</exception>
    internal static byte[] CompactObject(ReadOnlySpan<byte> json)
    {
        ThrowIfNoUtf8(json);
        var reader = new Utf8JsonReader(json, Strict);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A record is a JSON object.");

        var fields = new JsonFields();
        var value = new ArrayBufferWriter<byte>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadName(ref reader);
            reader.Read();
            value.ResetWrittenCount();
            CopyValue(ref reader, value);
            fields.Set(name, value.WrittenSpan.ToArray());
        }

        if (reader.Read()) throw new JsonException("There is more than one JSON value.");
        return WriteObject(fields, json.Length);
    }

    private static byte[] WriteObject(JsonFields fields, int size)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(size, 16));
        output.Write("{"u8);
        foreach (var (name, value) in fields.InOrder)
        {
            if (output.WrittenCount > 1) output.Write(","u8);
            output.Write("\""u8);
            output.Write(EscapeName(name));
            output.Write("\":"u8);
            output.Write(value);
        }

        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    // The reader looks at the bytes of a text only when it is asked for the text, which a copy never does.
    private static void ThrowIfNoUtf8(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) throw new JsonException("The text is not valid UTF-8.");
    }

    private static string ReadName(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException("A field name is not valid Unicode.", error);
        }
    }

    internal static void CopyValue(ref Utf8JsonReader reader, ArrayBufferWriter<byte> output)
    {
        var depth = 0;
        var separate = false;
        do
        {
            var closing = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (separate && !closing) output.Write(","u8);
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    Quote(reader.ValueSpan, output);
                    output.Write(":"u8);
                    separate = false;
                    continue;
                case JsonTokenType.String: Quote(reader.ValueSpan, output); break;
                default: output.Write(reader.ValueSpan); break;
            }

            var opening = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            separate = !opening;
            if (opening) depth++;
            else if (closing) depth--;
            if (depth == 0) return;
        }
        while (reader.Read());
    }

    private static void Quote(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        output.Write(text);
        output.Write("\""u8);
    }
}
