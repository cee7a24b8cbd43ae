using System.Buffers;
using System.Numerics;
using System.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>
/// Writes any text as a part of a file name that every file system takes and no other text shares, and reads it back.
/// What is not plain stands as <c>%XX</c>, the upper-case hex of its UTF-8 bytes.
/// </summary>
/// <remarks>The only capital letters written are the digits of an escape, and everything is ASCII: neither folding the
/// case nor a Unicode form can make two names one. <c>%5f</c> is nobody's name.</remarks>
internal static class FileNameText
{
    // '_' parts components. It is plain only where nothing has to be parted any more.
    private const string Plain = "abcdefghijklmnopqrstuvwxyz0123456789+-.,;=@!#$&'()[]{}^`~ ";
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Plain);
    private static readonly SearchValues<char> PlainOrUnderscore = SearchValues.Create(Plain + "_");

    /// <param name="text">Without halves of surrogate pairs.</param>
    /// <param name="underscores">Whether a <c>_</c> may stand as it is.</param>
    internal static string Escape(string text, bool underscores)
    {
        if (IsPlain(text, underscores)) return text;
        var utf8 = Encoding.UTF8.GetBytes(text);
        var name = new char[utf8.Length * 3];
        return new(name, 0, Escape(utf8, underscores, name));
    }

    /// <summary>Whether the part is what <see cref="Escape(string, bool)"/> gives for a text without control
    /// characters. Allocates nothing.</summary>
    internal static bool IsEscaped(ReadOnlySpan<char> part, bool underscores)
    {
        if (IsPlain(part, underscores)) return true;
        if (part.Length > RecordFileName.MaxLength) return false;
        Span<byte> utf8 = stackalloc byte[part.Length];
        if (!TryDecode(part, utf8, out var length)) return false;
        utf8 = utf8[..length];
        if (!IsText(utf8)) return false;
        Span<char> again = stackalloc char[3 * utf8.Length];
        return part.SequenceEqual(again[..Escape(utf8, underscores, again)]);
    }

    /// <summary>The inverse of <see cref="Escape(string, bool)"/>.</summary>
    /// <returns>False: nothing escapes to this.</returns>
    internal static bool TryUnescape(ReadOnlySpan<char> part, bool underscores, out string text)
    {
        text = "";
        if (!IsEscaped(part, underscores)) return false;
        if (!part.Contains('%'))
        {
            text = part.ToString();
            return true;
        }

        Span<byte> utf8 = stackalloc byte[part.Length];
        TryDecode(part, utf8, out var length);
        text = Encoding.UTF8.GetString(utf8[..length]);
        return true;
    }

    /// <summary>Takes the next byte of the text off an escaped part.</summary>
    /// <returns>-1: no escape of two upper-case hex digits follows a <c>%</c>, or it is no ASCII.</returns>
    internal static int TakeByte(ref ReadOnlySpan<char> part)
    {
        var value = (int)part[0];
        if (value != '%')
        {
            part = part[1..];
            return value < 0x80 ? value : -1;
        }

        if (part.Length < 3) return -1;
        value = (HexDigit(part[1]) << 4) | HexDigit(part[2]);
        part = part[3..];
        return value;
    }

    private static int HexDigit(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <summary>Undoes the escapes, whatever they escape.</summary>
    /// <param name="part">ASCII.</param>
    /// <param name="utf8">As long as <paramref name="part"/>.</param>
    /// <param name="length">Bytes written.</param>
    internal static bool TryDecode(ReadOnlySpan<char> part, Span<byte> utf8, out int length)
    {
        length = 0;
        while (!part.IsEmpty)
        {
            var value = TakeByte(ref part);
            if (value < 0) return false;
            utf8[length++] = (byte)value;
        }

        return true;
    }

    private static bool IsText(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var length) != OperationStatus.Done || Rune.IsControl(rune))
                return false;
            utf8 = utf8[length..];
        }

        return true;
    }

    private static int Escape(ReadOnlySpan<byte> utf8, bool underscores, Span<char> name)
    {
        var length = 0;
        var device = IsDevice(utf8);
        for (var at = 0; at < utf8.Length; at++)
        {
            var character = (char)utf8[at];
            if (IsPlainAt(character, at, utf8.Length, underscores) && !(device && at == 0)) name[length++] = character;
            else
            {
                name[length++] = '%';
                name[length++] = HexUpper(utf8[at] >> 4);
                name[length++] = HexUpper(utf8[at] & 15);
            }
        }

        return length;
    }

    private static char HexUpper(int digit) => (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);

    private static bool IsPlain(ReadOnlySpan<char> text, bool underscores) =>
        !text.ContainsAnyExcept(underscores ? PlainOrUnderscore : PlainCharacters) &&
        (text.IsEmpty || (text[0] != '.' && text[^1] is not ('.' or ' '))) && !IsDevice(text);

    private static bool IsPlainAt(char character, int at, int length, bool underscores) => character switch
    {
        '_' => underscores,
        '.' => at > 0 && at < length - 1,
        ' ' => at < length - 1,
        _ => PlainCharacters.Contains(character),
    };

    // Windows opens the device for "con", "con.json" and "con .x" alike, in any directory. Capitals need no look: they
    // are escaped, and then it is no device's name any more.
    private static bool IsDevice<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        var dot = text.IndexOf(T.CreateTruncating('.'));
        var stem = (dot < 0 ? text : text[..dot]).TrimEnd(T.CreateTruncating(' '));
        if (stem.Length is < 3 or > 7) return false;
        Span<char> name = stackalloc char[stem.Length];
        for (var i = 0; i < stem.Length; i++) name[i] = (char)ushort.CreateTruncating(stem[i]);
        return name switch
        {
            "con" or "prn" or "aux" or "nul" or "conin$" or "conout$" or "clock$" => true,
            ['c', 'o', 'm', >= '0' and <= '9'] or ['l', 'p', 't', >= '0' and <= '9'] => true,
            _ => false,
        };
    }
}
