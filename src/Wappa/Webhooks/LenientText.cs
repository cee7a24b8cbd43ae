using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>
/// Reads JSON tokens as what they are meant to be. <see cref="Utf8JsonReader.GetString"/> throws on an escaped half of
/// a surrogate pair and on invalid UTF-8, both of which phones do send; here they become U+FFFD.
/// </summary>
internal static class LenientText
{
    private const char Replacement = '\uFFFD';
    private const int StackLength = 256;

    /// <summary>The property's name as UTF-8. Escaped names are rare, and only they are copied.</summary>
    internal static ReadOnlySpan<byte> NameOf(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(Unescape(reader.ValueSpan)) : reader.ValueSpan;

    /// <summary>Moves to the property's value and reads it as text.</summary>
    /// <returns>The text; a number's digits; null for anything else, which is skipped.</returns>
    internal static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.ValueIsEscaped ? Unescape(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.Number:
                return Encoding.ASCII.GetString(reader.ValueSpan);
            default:
                reader.Skip();
                return null;
        }
    }

    /// <summary>Moves to the property's value and reads it as an id.</summary>
    /// <returns>As <see cref="ReadText"/>, but null for an empty text: an id that is there but empty names nobody, and
    /// two of them must not be taken for the same person.</returns>
    internal static string? ReadId(ref Utf8JsonReader reader) =>
        ReadText(ref reader) is { Length: > 0 } id ? id : null;

    /// <summary>Moves to the property's value and reads it as a whole number, written as a number or as text.</summary>
    internal static long? ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            reader.Skip();
            return null;
        }

        return Utf8Parser.TryParse(reader.ValueSpan, out long number, out var used) && used == reader.ValueSpan.Length
            ? number
            : null;
    }

    /// <summary>Moves to the property's value and reads it as seconds since 1970.</summary>
    /// <returns>The time, UTC; null for what is none.</returns>
    internal static DateTimeOffset? ReadTime(ref Utf8JsonReader reader) =>
        ReadNumber(ref reader) is { } seconds and >= -62_135_596_800 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Moves to the property's value and reads it as a number, written as a number or as text.</summary>
    /// <returns>Null for what is none, or is not finite.</returns>
    internal static double? ReadDouble(ref Utf8JsonReader reader) =>
        double.TryParse(ReadText(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) &&
        double.IsFinite(number)
            ? number
            : null;

    /// <summary>Moves to the property's value and reads it as an amount, written as a number or as text.</summary>
    internal static decimal? ReadDecimal(ref Utf8JsonReader reader) =>
        decimal.TryParse(ReadText(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Moves to the property's value and reads one text of the object there.</summary>
    /// <returns>Null if there is no object, or no such text in it.</returns>
    internal static string? ReadTextOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> property)
    {
        if (!EnterObject(ref reader)) return null;
        string? text = null;
        while (ReadProperty(ref reader))
        {
            if (NameOf(ref reader).SequenceEqual(property)) text = ReadText(ref reader);
            else reader.Skip();
        }

        return text;
    }

    /// <summary>Reads an object whose start is the current token.</summary>
    internal delegate T? ReadItem<out T>(ref Utf8JsonReader reader);

    /// <summary>Moves to the property's value and reads the objects of the array there.</summary>
    /// <returns>What the items were read as, without null; empty if there is no array.</returns>
    internal static IReadOnlyList<T> ReadList<T>(ref Utf8JsonReader reader, ReadItem<T> read)
        where T : class
    {
        if (!EnterArray(ref reader)) return [];
        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (read(ref reader) is { } item) items.Add(item);
        }

        return items.Count is 0 ? [] : items.ToArray();
    }

    /// <summary>Moves to the property's value and reads it as a flag: true or "true".</summary>
    internal static bool ReadFlag(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.ValueSpan.SequenceEqual("true"u8);
        var isTrue = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return isTrue;
    }

    /// <summary>Whether the token is an object's property, that is, not its end.</summary>
    internal static bool ReadProperty(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Moves to the property's value and says whether it is an object to be read; skips anything
    /// else.</summary>
    internal static bool EnterObject(ref Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartObject);

    /// <summary>Moves to the property's value and says whether it is an array to be read; skips anything
    /// else.</summary>
    internal static bool EnterArray(ref Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartArray);

    private static bool Enter(ref Utf8JsonReader reader, JsonTokenType start)
    {
        reader.Read();
        if (reader.TokenType == start) return true;
        reader.Skip();
        return false;
    }

    // The reader has checked the escapes: each backslash is followed by a known letter or by u and four hex digits.
    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        char[]? rented = null;
        var text = escaped.Length <= StackLength
            ? stackalloc char[StackLength]
            : rented = ArrayPool<char>.Shared.Rent(escaped.Length);
        var length = 0;
        while (escaped.IndexOf((byte)'\\') is var at and >= 0)
        {
            length += Encoding.UTF8.GetChars(escaped[..at], text[length..]);
            text[length++] = UnescapeOne(escaped[at..], out var used);
            escaped = escaped[(at + used)..];
        }

        length += Encoding.UTF8.GetChars(escaped, text[length..]);
        ReplaceLoneSurrogates(text[..length]);
        var result = new string(text[..length]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return result;
    }

    private static char UnescapeOne(ReadOnlySpan<byte> escape, out int used)
    {
        used = escape[1] == 'u' ? 6 : 2;
        switch (escape[1])
        {
            case (byte)'b': return '\b';
            case (byte)'f': return '\f';
            case (byte)'n': return '\n';
            case (byte)'r': return '\r';
            case (byte)'t': return '\t';
            case (byte)'u':
                return Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : Replacement;
            default: return (char)escape[1];
        }
    }

    private static void ReplaceLoneSurrogates(Span<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else text[i] = Replacement;
        }
    }
}
