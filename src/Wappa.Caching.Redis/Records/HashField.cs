using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Wappa.Caching.Documents;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>A record's field as a field of a hash: the name as it is, with one more <c>$</c> if it begins with one, and the
/// value's JSON text.</summary>
internal static class HashField
{
    /// <summary>The one field of a hash that is none of the record's.</summary>
    internal const string MetaName = "$meta";

    private const byte Reserved = (byte)'$';

    // A comma, two quotes and a colon.
    private const int Punctuation = 4;

    // A record has 64 levels, of which it is the first.
    private static readonly JsonReaderOptions ValueOptions = new() { MaxDepth = JsonText.MaxDepth - 1 };

    private static readonly SearchValues<byte> PlainNameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/+@# "u8);

    // ASCII but for quotes, backslashes and control characters.
    private static readonly SearchValues<byte> PlainTextBytes = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(sign => (byte)sign).Where(sign => sign is not ((byte)'"' or (byte)'\\'))]);

    /// <summary>Writes a name as an argument.</summary>
    internal static void WriteName(ref CommandWriter writer, string field) =>
        writer.Write(field is ['$', ..] ? "$" + field : field);

    /// <summary>Writes every field of a document, name and value by turns.</summary>
    internal static void WriteAll(ref CommandWriter writer, CacheDocument document)
    {
        var fields = new FieldReader(document.RawJson);
        while (fields.MoveNext())
        {
            var name = fields.Name.Contains((byte)'\\') ? Unescape(fields.Name) : fields.Name;
            if (name is [Reserved, ..]) writer.Write("$"u8, name);
            else writer.Write(name);
            writer.Write(fields.Value);
        }
    }

    /// <summary>Appends a field to a JSON object that is being written.</summary>
    /// <param name="name">As the hash has it; not <see cref="MetaName"/>.</param>
    /// <param name="value">As the hash has it.</param>
    /// <param name="json">Ends with <c>{</c> or a field.</param>
    /// <exception cref="CacheStoreCorruptException">Name or value was not written by this package.</exception>
    internal static void AppendTo(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ThrowIfNoValue(value);
        if (name is [Reserved, ..]) name = name[1..];
        if (name.ContainsAnyExcept(PlainNameBytes)) name = Escape(name);

        // One look for room a field: five small writes take longer than what they copy.
        var room = json.GetSpan(name.Length + value.Length + Punctuation);
        var at = 0;
        if (json.WrittenCount > 1) room[at++] = (byte)',';
        room[at++] = (byte)'"';
        name.CopyTo(room[at..]);
        at += name.Length;
        room[at++] = (byte)'"';
        room[at++] = (byte)':';
        value.CopyTo(room[at..]);
        json.Advance(at + value.Length);
    }

    /// <summary>Whether a field of the hash is the record's: a name that begins with a single <c>$</c> is not.</summary>
    internal static bool IsOfRecord(ReadOnlySpan<byte> name) => name is not [Reserved, ..] || name is [_, Reserved, ..];

    private static byte[] Unescape(ReadOnlySpan<byte> name)
    {
        var quoted = new byte[name.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        name.CopyTo(quoted.AsSpan(1));
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var plain = new byte[name.Length];
        return plain[..reader.CopyString(plain)];
    }

    private static byte[] Escape(ReadOnlySpan<byte> name)
    {
        if (!Utf8.IsValid(name)) throw Corrupt("has a field whose name is not UTF-8");
        return JsonText.EscapeName(Encoding.UTF8.GetString(name));
    }

    private static void ThrowIfNoValue(ReadOnlySpan<byte> value)
    {
        if (IsPlainValue(value)) return;

        // The reader looks at the bytes of a text only when it is asked for it.
        if (!Utf8.IsValid(value)) throw Corrupt("has a field whose value is not UTF-8");
        try
        {
            var reader = new Utf8JsonReader(value, ValueOptions);
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            throw Corrupt("has a field whose value is no JSON"); // without the reader's message, which may repeat what it read
        }
    }

    // Most values are a text without escapes or a number without an exponent: a look at their bytes is enough.
    private static bool IsPlainValue(ReadOnlySpan<byte> value) => value switch
    {
        [(byte)'"', .. var text, (byte)'"'] => !text.ContainsAnyExcept(PlainTextBytes),
        [>= (byte)'1' and <= (byte)'9', .. var rest] => IsRestOfNumber(rest),
        [(byte)'0'] => true,
        [(byte)'0', (byte)'.', .. var digits] => IsDigits(digits),
        _ => false,
    };

    private static bool IsRestOfNumber(ReadOnlySpan<byte> rest)
    {
        var other = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return other < 0 || (rest[other] == (byte)'.' && IsDigits(rest[(other + 1)..]));
    }

    private static bool IsDigits(ReadOnlySpan<byte> digits) =>
        digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static CacheStoreCorruptException Corrupt(string what) => new(
        $"A record in Redis {what}: another program writes to this hash. It is left as it is; write JSON texts into its fields, " +
        "strings in quotes, or delete it.");
}
