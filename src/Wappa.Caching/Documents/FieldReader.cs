using System.Buffers;
using System.Text;

namespace Wappa.Caching.Documents;

/// <summary>
/// Walks the top-level fields of an object known to be valid JSON. It never looks inside a value longer than it takes
/// to find its end, so one field of a record of a few hundred bytes is found in tens of nanoseconds, without an index
/// that would cost every record memory.
/// </summary>
/// <param name="json">A valid JSON object.</param>
internal ref struct FieldReader(ReadOnlySpan<byte> json)
{
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

    internal bool Find(string name)
    {
        if (JsonText.IsPlainName(name))
        {
            while (MoveNext())
            {
                if (Name.Length == name.Length && Ascii.Equals(Name, name)) return true;
            }

            return false;
        }

        ReadOnlySpan<byte> escaped = JsonText.EscapeName(name);
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
