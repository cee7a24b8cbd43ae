using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Wappa.Caching.Documents;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Entries;

/// <summary>Keys, tags and values as JSON that a person can read where there is something to read, and that gives back the very
/// same characters and bytes whatever they are.</summary>
internal static class EntryText
{
    // What a value may hold to stand in a line as the JSON it is: nothing that ends the line or that a terminal obeys.
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), 0x7f]);

    /// <summary>Appends a key or a tag: <c>"chat:v1:123"</c>. A text with half of a surrogate pair has no UTF-8, and two of them
    /// must not become one; its code units stand as <c>{"utf16":"0061D83C"}</c>.</summary>
    internal static void Write(FileBuffer output, string text)
    {
        var free = output.Free((text.Length * 3) + 2);
        if (Utf8.FromUtf16(text, free[1..], out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            output.Append("{\"utf16\":\""u8);
            foreach (var unit in text)
            {
                Utf8Formatter.TryFormat((uint)unit, output.Free(8), out var written, new StandardFormat('X', 4));
                output.Advance(written);
            }

            output.Append("\"}"u8);
            return;
        }

        if (JsonText.Encoder.FindFirstCharacterToEncodeUtf8(free.Slice(1, length)) >= 0)
        {
            Escape(output, free.Slice(1, length).ToArray());
            return;
        }

        free[0] = free[length + 1] = (byte)'"';
        output.Advance(length + 2);
    }

    /// <summary>Appends the last member of a line: <c>,"j":</c> and JSON as it is, <c>,"v":</c> and a text, or <c>,"b":</c> and
    /// base64, whichever is the first to give back the same bytes without being much longer than base64.</summary>
    internal static void WriteValue(FileBuffer output, ReadOnlySpan<byte> value)
    {
        if (IsShowable(value))
        {
            output.Append(",\"j\":"u8);
            output.Append(value);
            return;
        }

        if (Utf8.IsValid(value) && IsMostlyPlain(value))
        {
            output.Append(",\"v\":"u8);
            Escape(output, value);
            return;
        }

        output.Append(",\"b\":\""u8);
        Base64.EncodeToUtf8(value, output.Free(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var length);
        output.Advance(length);
        output.Append("\""u8);
    }

    /// <summary>Reads a key or a tag; what was read is taken off.</summary>
    internal static bool TryRead(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (rest.StartsWith("{\"utf16\":\""u8)) return TryReadUnits(ref rest, out text);
        if (!rest.StartsWith("\""u8)) return false;
        var end = Records.KeyText.EndOf(rest[1..]);
        if (end < 0) return false;
        var inner = rest.Slice(1, end);
        text = inner.Contains((byte)'\\') ? Unescape(rest[..(end + 2)]) ?? "" : System.Text.Encoding.UTF8.GetString(inner);
        rest = rest[(end + 2)..];
        return text.Length > 0;
    }

    /// <summary>Reads the last member of a line, up to the brace that ends it.</summary>
    internal static byte[]? ReadValue(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 7 || rest[^1] != '}') return null;
        var value = rest[5..^1];
        if (rest.StartsWith(",\"j\":"u8)) return value.ToArray();
        if (value.Length < 2 || value[0] != '"' || value[^1] != '"') return null;
        var inner = value[1..^1];
        if (rest.StartsWith(",\"v\":"u8)) return inner.Contains((byte)'\\') ? UnescapeBytes(value) : inner.ToArray();
        if (!rest.StartsWith(",\"b\":"u8)) return null;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(inner.Length)];
        return Base64.DecodeFromUtf8(inner, bytes, out _, out var length) == OperationStatus.Done ? bytes[..length] : null;
    }

    private static void Escape(FileBuffer output, ReadOnlySpan<byte> utf8)
    {
        output.Append("\""u8);
        while (!utf8.IsEmpty)
        {
            var status = JsonText.Encoder.EncodeUtf8(
                utf8, output.Free(Math.Max(64, utf8.Length + (utf8.Length / 8))), out var consumed, out var written);
            output.Advance(written);
            utf8 = utf8[consumed..];
            if (status is not (OperationStatus.Done or OperationStatus.DestinationTooSmall))
                throw new InvalidOperationException("A text that was checked is not UTF-8."); // a race of the caller's with its array
        }

        output.Append("\""u8);
    }

    // An object or an array of valid JSON on one line.
    private static bool IsShowable(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2 || value[0] is not ((byte)'{' or (byte)'[') || value.ContainsAny(Controls) || HasHiddenControls(value) ||
            !Utf8.IsValid(value))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(value);
            while (reader.Read())
            {
                // All of it is looked at.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // U+0080 to U+009F, U+2028 and U+2029.
    private static bool HasHiddenControls(ReadOnlySpan<byte> value)
    {
        for (int at; (at = value.IndexOfAny((byte)0xC2, (byte)0xE2)) >= 0; value = value[(at + 1)..])
        {
            var rest = value[(at + 1)..];
            if (value[at] == 0xC2 ? rest.Length > 0 && rest[0] < 0xA0 : rest.Length > 1 && rest[0] == 0x80 && rest[1] is 0xA8 or 0xA9)
                return true;
        }

        return false;
    }

    // Escapes take up to six bytes for one, and a text of them is nothing to read. Base64 takes a third more; where that is
    // little, the text may take more.
    private static bool IsMostlyPlain(ReadOnlySpan<byte> value)
    {
        var escapes = 0;
        var rest = value;
        for (int at; (at = rest.IndexOfAny(Controls)) >= 0; rest = rest[(at + 1)..])
            escapes += rest[at] is (byte)'\n' or (byte)'\r' or (byte)'\t' ? 1 : 5;
        escapes += value.Count((byte)'"') + value.Count((byte)'\\');
        return escapes <= 16 + (value.Length / 3);
    }

    private static bool TryReadUnits(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        var hex = rest["{\"utf16\":\""u8.Length..];
        var end = hex.IndexOf("\"}"u8);
        if (end <= 0 || end % 4 != 0) return false;
        var units = new char[end / 4];
        for (var i = 0; i < units.Length; i++)
        {
            var digits = hex.Slice(i * 4, 4);
            if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)) return false;
            units[i] = (char)unit;
        }

        text = new string(units);
        rest = hex[(end + 2)..];
        return true;
    }

    private static string? Unescape(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? UnescapeBytes(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            if (!reader.Read()) return null;
            var bytes = new byte[quoted.Length];
            return bytes[..reader.CopyString(bytes)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
