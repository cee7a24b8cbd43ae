using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;

namespace Wappa.Caching.Json.Records;

/// <summary>The line of one change in the journal: the whole new version, so that replaying it twice does no harm.
/// <c>{"r":17,"k":"hotel123:user:1234567890","e":1763721600000,"v":{"name":"Ann"}}</c>, without <c>e</c> for a record that does
/// not expire, with <c>null</c> for one that is deleted.</summary>
internal static class RecordLine
{
    /// <summary>Appends a line.</summary>
    internal static void Write(FileBuffer output, in RecordImage image)
    {
        Number(output, "{\"r\":"u8, image.Revision);
        output.Append(",\"k\":\""u8);
        KeyText.Write(output, image.Key);
        output.Append("\""u8);
        if (image.ExpiresAt != 0) Number(output, ",\"e\":"u8, image.ExpiresAt);
        output.Append(",\"v\":"u8);
        output.Append(image.Document is { } document ? document.RawJson : "null"u8);
        output.Append("}\n"u8);
    }

    /// <summary>Reads the first of some lines.</summary>
    /// <param name="lines">Lines of a valid batch; the line read is taken off.</param>
    /// <param name="keys">Reads keys.</param>
    /// <param name="image">The version.</param>
    /// <returns>False: this is no such line.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // an opening runs it once, a million times
    internal static bool TryRead(ref ReadOnlySpan<byte> lines, KeyText keys, out RecordImage image)
    {
        image = default;
        var end = lines.IndexOf((byte)'\n');
        if (end < 0) return false;
        var reader = new JournalText.Scanner(lines[..end]);
        if (!reader.Number("{\"r\":"u8, out var revision) || !reader.Text(",\"k\":\""u8)) return false;
        var text = reader.Rest;
        var quote = KeyText.EndOf(text);
        if (quote < 0 || !keys.TryParse(text[..quote], out var key)) return false;
        reader = new JournalText.Scanner(text[quote..]);
        if (!reader.Text("\""u8)) return false;
        var expires = 0L;
        if (reader.Rest.StartsWith(",\"e\":"u8) && !reader.Number(",\"e\":"u8, out expires)) return false;
        if (!reader.Text(",\"v\":"u8) || reader.Rest is not [.. var value, (byte)'}']) return false;
        lines = lines[(end + 1)..];
        image = new(key, revision, expires, value.SequenceEqual("null"u8) ? null : CacheDocument.Trusted(value.ToArray()));
        return image.Document is null || (value[0] == '{' && value[^1] == '}');
    }

    private static void Number(FileBuffer output, ReadOnlySpan<byte> before, long number)
    {
        output.Append(before);
        var free = output.Free(20);
        System.Buffers.Text.Utf8Formatter.TryFormat(number, free, out var length);
        output.Advance(length);
    }
}
