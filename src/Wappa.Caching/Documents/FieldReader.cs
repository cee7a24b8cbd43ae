using System.Buffers;
using System.Text;

namespace Wappa.Caching.Documents;

/// <summary>
/// Walks the top-level fields of an object known to be valid JSON, or finds one of them at once. A field of a flat record
/// of a few hundred bytes is found in tens of nanoseconds, without an index that would cost every record memory.
/// </summary>
/// <param name="json">A valid JSON object, without white space between a name and its colon.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> json)
{
    private const int MaxOnStack = 256;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"[]{}"u8);
    private static readonly SearchValues<byte> AfterScalar = SearchValues.Create(",]} \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _at = 1;

    /// <summary>Where the current field's opening quote stands.</summary>
    internal int NameStart { get; private set; }

    /// <summary>The current name between its quotes, escaped.</summary>
    internal ReadOnlySpan<byte> Name { get; private set; }

    internal int ValueStart { get; private set; }

    internal int ValueEnd { get; private set; }

    internal readonly ReadOnlySpan<byte> Value => _json[ValueStart..ValueEnd];

    internal bool MoveNext()
    {
        _at = SkipSpaceAnd(_json, _at, (byte)',');
        if (_json[_at] == '}') return false;
        NameStart = _at;
        var nameEnd = EndOfString(_json, _at);
        Name = _json[(_at + 1)..(nameEnd - 1)];
        ValueStart = SkipSpaceAnd(_json, nameEnd, (byte)':');
        ValueEnd = EndOfValue(_json, ValueStart);
        _at = ValueEnd;
        return true;
    }

    /// <summary>Moves to a field; to be called before any <see cref="MoveNext"/>.</summary>
    internal bool Find(string name)
    {
        // {"a,":":)"} holds the bytes ":": too, behind a comma, with the quotes of two strings around the colon.
        if (name is [':', ..] || !JsonText.IsPlainName(name)) return FindByWalking(JsonText.EscapeName(name));
        Span<byte> quoted = name.Length <= MaxOnStack ? stackalloc byte[name.Length + 3] : new byte[name.Length + 3];
        quoted[0] = quoted[^2] = (byte)'"';
        quoted[^1] = (byte)':';
        Ascii.FromUtf16(name, quoted[1..], out _);
        return TryFindAtOnce(quoted, out var found) ? found : FindByWalking(quoted[1..^2]);
    }

    /// <summary>
    /// Looks for the bytes <c>"name":</c>. The first quote of a match either opens a string or closes one. If it closes one,
    /// the next byte outside is a structural one, so the name would have to begin with ':', ',', ']' or '}': of these only ':'
    /// is a plain name, and <see cref="Find"/> never comes here with it; the empty name would need two quotes on end, which no
    /// closing quote is followed by. An escaped quote has a backslash before it, not '{' or ','. So a match behind '{' or ','
    /// opens a string, and the colon after it makes that a field's name at some level. It is a field of the record itself if
    /// no other '{' stands before it. No match at all: no such field. Anything else is not decided.
    /// </summary>
    private bool TryFindAtOnce(scoped ReadOnlySpan<byte> quoted, out bool found)
    {
        var at = _json.IndexOf(quoted);
        found = at > 0;
        if (!found) return true;
        if (_json[at - 1] is not ((byte)'{' or (byte)',') || _json[1..at].Contains((byte)'{')) return false;
        NameStart = at;
        Name = _json.Slice(at + 1, quoted.Length - 3);
        ValueStart = SkipSpaceAnd(_json, at + quoted.Length, (byte)':');
        _at = ValueEnd = EndOfValue(_json, ValueStart);
        return true;
    }

    private bool FindByWalking(scoped ReadOnlySpan<byte> escaped)
    {
        while (MoveNext())
        {
            if (Name.SequenceEqual(escaped)) return true;
        }

        return false;
    }

    /// <summary>Where the value that starts at <paramref name="start"/> ends (exclusive).</summary>
    internal static int EndOfValue(ReadOnlySpan<byte> json, int start)
    {
        switch (json[start])
        {
            case (byte)'"':
                return EndOfString(json, start);
            case (byte)'{' or (byte)'[':
                var depth = 0;
                var at = start;
                while (true)
                {
                    at += json[at..].IndexOfAny(Structure);
                    switch (json[at])
                    {
                        case (byte)'"':
                            at = EndOfString(json, at);
                            continue;
                        case (byte)'{' or (byte)'[':
                            depth++;
                            break;
                        default:
                            if (--depth == 0) return at + 1;
                            break;
                    }

                    at++;
                }

            default:
                var length = json[start..].IndexOfAny(AfterScalar);
                return length < 0 ? json.Length : start + length;
        }
    }

    /// <summary>Skips white space and at most one <paramref name="separator"/>.</summary>
    internal static int SkipSpaceAnd(ReadOnlySpan<byte> json, int at, byte separator)
    {
        while (json[at] <= ' ' || json[at] == separator) at++;
        return at;
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var at = start + 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"') return at + 1;
            at += 2;
        }
    }
}
