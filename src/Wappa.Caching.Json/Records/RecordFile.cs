using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Wappa.Caching.Documents;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Records;

/// <summary>
/// The text of a record's file: indented JSON for people, in one exact form, with a checksum over every byte above the
/// line it stands in.
/// </summary>
/// <remarks>
/// <code>
/// {
///   "key": "hotel123:state:pizza_order:1234567890",
///   "revision": 1736937000000000,
///   "updated": "2025-01-15T10:30:00.000Z",
///   "expires": null,
///   "value": {
///     "size": "large"
///   },
///   "check": "crc32c:0a1b2c3d"
/// }
/// </code>
/// </remarks>
internal static class RecordFile
{
    private const int DigitsOfCheck = 8;

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    private static ReadOnlySpan<byte> BeforeCheck => "  \"check\": \"crc32c:"u8;

    private static ReadOnlySpan<byte> AfterCheck => "\"\n}\n"u8;

    /// <param name="image">The version; its document is not null.</param>
    /// <param name="updatedAt">Unix milliseconds, UTC.</param>
    /// <param name="output">Emptied first.</param>
    internal static void Write(in RecordImage image, long updatedAt, FileBuffer output)
    {
        output.Clear();
        output.Append("{\n  \"key\": \""u8);
        output.Append(JsonText.EscapeName(KeyFactory.Default.Key(image.Key)));
        output.Append("\",\n  \"revision\": "u8);
        Utf8Formatter.TryFormat(image.Revision, output.Free(20), out var digits);
        output.Advance(digits);
        output.Append(",\n  \"updated\": "u8);
        AppendInstant(updatedAt, output);
        output.Append(",\n  \"expires\": "u8);
        if (image.ExpiresAt == 0) output.Append("null"u8);
        else AppendInstant(image.ExpiresAt, output);
        output.Append(",\n  \"value\": "u8);
        IndentedJson.Append(image.Document!.RawJson, output);
        output.Append(",\n"u8);
        AppendCheck(output);
    }

    /// <param name="content">The file's bytes.</param>
    /// <param name="image">What it holds.</param>
    /// <param name="problem">Why it is <see cref="RecordFileState.Damaged"/>, without anything from its
    /// content.</param>
    internal static RecordFileState Read(ReadOnlySpan<byte> content, out RecordImage image, out string problem)
    {
        problem = "";
        return TryReadExact(content, out image)
            ? RecordFileState.Valid
            : EditedRecordFile.Read(content, out image, out problem);
    }

    /// <summary>Whether a text is the checksum, as it is written, of the bytes above its line.</summary>
    internal static bool IsCheckOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> check) =>
        check.StartsWith("crc32c:"u8) && TryParseDigits(check["crc32c:"u8.Length..], out var sum) &&
        sum == Checksum.Of(bytes);

    private static void AppendInstant(long unixMilliseconds, FileBuffer output)
    {
        output.Append("\""u8);
        IsoInstant.Format(unixMilliseconds, output.Free(IsoInstant.Length));
        output.Advance(IsoInstant.Length);
        output.Append("\""u8);
    }

    private static void AppendCheck(FileBuffer output)
    {
        var sum = Checksum.Of(output.Span);
        output.Append(BeforeCheck);
        sum.TryFormat(output.Free(DigitsOfCheck), out var written, "x8", CultureInfo.InvariantCulture);
        output.Advance(written);
        output.Append(AfterCheck);
    }

    // The one form, as written and undamaged. A record that is not in memory is read this way.
    private static bool TryReadExact(ReadOnlySpan<byte> content, out RecordImage image)
    {
        image = default;
        var end = content.Length - BeforeCheck.Length - DigitsOfCheck - AfterCheck.Length;
        if (end < 0) return false;
        var check = content[end..];
        if (!check.StartsWith(BeforeCheck) || !check.EndsWith(AfterCheck)) return false;
        if (!TryParseDigits(check.Slice(BeforeCheck.Length, DigitsOfCheck), out var sum)) return false;
        var covered = content[..end];
        if (sum != Checksum.Of(covered) || !Utf8.IsValid(covered) || !covered.EndsWith(",\n"u8)) return false;
        var rest = covered[..^2];
        if (!TryReadKey(ref rest, out var key) || !TryReadRevision(ref rest, out var revision) ||
            !TrySkip(ref rest, ",\n  \"updated\": "u8) || !TryReadInstant(ref rest, out _) ||
            !TryReadExpiry(ref rest, out var expiresAt) || !TrySkip(ref rest, ",\n  \"value\": "u8))
        {
            return false;
        }

        var head = new RecordImage(key, revision, expiresAt, null);
        var start = end - ",\n".Length - rest.Length;
        return TryReadValue(content[start..], rest.Length, head, out image);
    }

    private static bool TryReadKey(ref ReadOnlySpan<byte> rest, out RecordKey key)
    {
        key = default;
        if (!TrySkip(ref rest, "{\n  \"key\": \""u8)) return false;
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || rest[end] != '"' || !RecordKeyText.TryParse(rest[..end], out key)) return false;
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryReadRevision(ref ReadOnlySpan<byte> rest, out long revision)
    {
        revision = 0;
        if (!TrySkip(ref rest, ",\n  \"revision\": "u8) || rest is [< (byte)'1' or > (byte)'9', ..]) return false;
        if (!Utf8Parser.TryParse(rest, out revision, out var length)) return false;
        rest = rest[length..];
        return true;
    }

    private static bool TryReadExpiry(ref ReadOnlySpan<byte> rest, out long expiresAt)
    {
        expiresAt = 0;
        if (!TrySkip(ref rest, ",\n  \"expires\": "u8)) return false;
        return TrySkip(ref rest, "null"u8) || (TryReadInstant(ref rest, out expiresAt) && expiresAt != 0);
    }

    private static bool TryReadInstant(ref ReadOnlySpan<byte> rest, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (rest.Length < IsoInstant.Length + 2 || rest[0] != '"' || rest[IsoInstant.Length + 1] != '"') return false;
        if (!IsoInstant.TryParse(rest.Slice(1, IsoInstant.Length), out unixMilliseconds)) return false;
        rest = rest[(IsoInstant.Length + 2)..];
        return true;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> text, int length, in RecordImage head, out RecordImage image)
    {
        image = default;
        if (text[0] != '{') return false;
        var output = ArrayPool<byte>.Shared.Rent(length + IndentedJsonReader.Slack);
        try
        {
            var reader = new IndentedJsonReader(text, length, output);
            if (!reader.TryCompact()) return false;
            image = head with { Document = CacheDocument.Trusted(output[..reader.Length]) };
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected)) return false;
        rest = rest[expected.Length..];
        return true;
    }

    // Lower case only: one way to write each checksum.
    private static bool TryParseDigits(ReadOnlySpan<byte> digits, out uint sum)
    {
        sum = 0;
        return digits.Length == DigitsOfCheck && !digits.ContainsAnyExcept(LowerHex) &&
            Utf8Parser.TryParse(digits, out sum, out _, 'x');
    }
}

/// <summary>What a record's file is.</summary>
internal enum RecordFileState
{
    /// <summary>As this store wrote it: the checksum fits.</summary>
    Valid,

    /// <summary>Without a checksum line: a person edited it, and it is accepted as it stands. Its revision may be
    /// missing (0).</summary>
    Edited,

    /// <summary>A file of the original (<c>_metadata</c> and <c>data</c>), which can be imported.</summary>
    Original,

    /// <summary>None of these.</summary>
    Damaged,
}
