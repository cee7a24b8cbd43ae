using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Wappa.Caching.Documents;

/// <summary>
/// Escapes what JSON demands and what a terminal would obey: quote, backslash, control characters and the two Unicode line
/// separators. All else, emoji included, stands as it is, so that a record is readable with <c>cat</c>. Half of a surrogate
/// pair becomes U+FFFD.
/// </summary>
/// <remarks>The relaxed encoder of the framework writes everything beyond U+FFFF as two escapes.</remarks>
internal sealed class RecordEncoder : JavaScriptEncoder
{
    // ASCII that needs no escape. What follows the first other character is looked at one by one.
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Plain());
    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Encoding.ASCII.GetBytes(Plain()));

    private RecordEncoder()
    {
    }

    internal static RecordEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => 6; // \u001F

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is
        < 0x20 or '"' or '\\' or (>= 0x7f and < 0xa0) or 0x2028 or 0x2029 or (>= 0xd800 and <= 0xdfff);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var span = new ReadOnlySpan<char>(text, textLength);
        var at = span.IndexOfAnyExcept(PlainCharacters);
        if (at < 0) return -1;
        for (; at < span.Length; at++)
        {
            var isPair = char.IsHighSurrogate(span[at]) && at + 1 < span.Length && char.IsLowSurrogate(span[at + 1]);
            if (isPair) at++;
            else if (WillEncode(span[at])) return at;
        }

        return -1;
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        var at = utf8Text.IndexOfAnyExcept(PlainBytes);
        if (at < 0) return -1;
        while (at < utf8Text.Length)
        {
            var status = Rune.DecodeFromUtf8(utf8Text[at..], out var rune, out var length);
            if (status != OperationStatus.Done || WillEncode(rune.Value)) return at;
            at += length;
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        char? shortForm = unicodeScalar switch
        {
            '"' or '\\' => (char)unicodeScalar,
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            _ => null,
        };
        numberOfCharactersWritten = 0;
        if (shortForm is { } letter) return output.TryWrite($"\\{letter}", out numberOfCharactersWritten);
        if (WillEncode(unicodeScalar)) return output.TryWrite($"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
        return new Rune(unicodeScalar).TryEncodeToUtf16(output, out numberOfCharactersWritten);
    }

    private static string Plain() =>
        string.Concat(Enumerable.Range(' ', 0x7f - ' ').Select(code => (char)code).Where(plain => plain is not ('"' or '\\')));
}
