using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Wappa.Caching.Json.Records;

/// <summary>Takes the line breaks out of what <see cref="IndentedJson"/> wrote, in one pass, and sees on the way that
/// it is exactly that: JSON in the one form in which it is written. Anything else is left to a slower reader.</summary>
/// <remarks>Texts are looked through and copied 16 bytes at a time, past their end too: that is what makes this cheaper
/// than reading the file. What stands behind the value, and room behind what is written, make up for it.</remarks>
/// <param name="text">The value, and at least <see cref="Slack"/> more bytes that begin with <c>,</c> and a line
/// break.</param>
/// <param name="length">The length of the value alone.</param>
/// <param name="output">Where the compact text goes; longer than the value by <see cref="Slack"/>.</param>
internal ref struct IndentedJsonReader(ReadOnlySpan<byte> text, int length, Span<byte> output)
{
    /// <summary>The bytes taken at a time.</summary>
    internal const int Slack = 16;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Span<byte> _output = output;
    private readonly int _end = length;
    private int _at;
    private int _level;
    private uint _objects; // bit n: level n is an object, not an array

    /// <summary>Bytes of output.</summary>
    internal int Length { get; private set; }

    internal bool TryCompact()
    {
        if (!TryValue()) return false;
        while (_level > 0)
        {
            if (!TryNext()) return false;
        }

        return _at == _end;
    }

    private readonly bool InObject => (_objects >> _level & 1) != 0;

    // After a value: a comma and the next line's value, or the line that closes the level.
    private bool TryNext()
    {
        if (_text[_at] == ',')
        {
            Take(1, (byte)',');
            return TryLineBreak(_level) && TryMember();
        }

        var closing = InObject ? (byte)'}' : (byte)']';
        if (!TryLineBreak(_level - 1) || _text[_at] != closing) return false;
        Take(1, closing);
        _level--;
        return true;
    }

    private bool TryMember()
    {
        if (!InObject) return TryValue();
        if (_text[_at] != '"' || !TryString() || _text[_at] != ':' || _text[_at + 1] != ' ') return false;
        Take(2, (byte)':');
        return TryValue();
    }

    private bool TryValue() => _text[_at] switch
    {
        (byte)'"' => TryString(),
        (byte)'{' or (byte)'[' => TryOpen(),
        _ => TryScalar(),
    };

    private bool TryOpen()
    {
        var opening = _text[_at];
        var closing = (byte)(opening + 2); // in ASCII, of both kinds
        Take(1, opening);
        if (_text[_at] == closing)
        {
            Take(1, closing);
            return true;
        }

        if (_level == IndentedJson.MaxLevels) return false;
        _level++;
        _objects = opening == '{' ? _objects | 1u << _level : _objects & ~(1u << _level);
        return TryLineBreak(_level) && TryMember();
    }

    // A value that goes on too long comes to the comma and the line break behind it, which no level has.
    private bool TryLineBreak(int level)
    {
        var count = IndentedJson.LineBreakLength(level);
        if (count > Slack)
        {
            if (!_text[_at..].StartsWith(IndentedJson.LineBreak[..count])) return false;
        }
        else
        {
            var same = Vector128.Equals(Vector128.Create(_text[_at..]), Vector128.Create(IndentedJson.LineBreak));
            if ((~same.ExtractMostSignificantBits() & ((1u << count) - 1)) != 0) return false;
        }

        _at += count;
        return true;
    }

    // Counts in locals: the next count waits for the last, and a field makes it wait longer.
    private bool TryString()
    {
        var at = _at + 1;
        var length = Length;
        _output[length++] = (byte)'"';
        while (true)
        {
            var block = Vector128.Create(_text[at..]);
            block.CopyTo(_output[length..]);
            var special = Vector128.LessThan(block, Vector128.Create((byte)' ')) |
                Vector128.Equals(block, Vector128.Create((byte)'"')) |
                Vector128.Equals(block, Vector128.Create((byte)'\\'));
            var count = BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits() | 1u << Slack);
            at += count;
            length += count;
            if (count == Slack) continue;
            switch (_text[at])
            {
                case (byte)'"':
                    _output[length] = (byte)'"';
                    _at = at + 1;
                    Length = length + 1;
                    return true;
                case (byte)'\\' when EscapeLength(_text[at..]) is > 0 and var escape:
                    _text.Slice(at, escape).CopyTo(_output[length..]);
                    at += escape;
                    length += escape;
                    break;
                default: return false;
            }
        }
    }

    // 0: no escape.
    private static int EscapeLength(ReadOnlySpan<byte> text) => text[1] switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => 2,
        (byte)'u' when Utf8Parser.TryParse(text[2..6], out uint _, out var read, 'x') && read == 4 => 6,
        _ => 0,
    };

    // Whether it ends here, the comma or line break says that has to follow.
    private bool TryScalar()
    {
        var rest = _text[_at..];
        var count = rest[0] switch
        {
            (byte)'t' when rest.StartsWith("true"u8) => 4,
            (byte)'f' when rest.StartsWith("false"u8) => 5,
            (byte)'n' when rest.StartsWith("null"u8) => 4,
            _ => NumberLength(rest),
        };
        rest[..count].CopyTo(_output[Length..]);
        _at += count;
        Length += count;
        return count > 0;
    }

    // 0: no number.
    private static int NumberLength(ReadOnlySpan<byte> text)
    {
        var at = text[0] == '-' ? 1 : 0;
        if (text[at] == '0') at++;
        else if (!TrySkipDigits(text, ref at)) return 0;
        if (text[at] == '.')
        {
            at++;
            if (!TrySkipDigits(text, ref at)) return 0;
        }

        if ((text[at] | 0x20) != 'e') return at;
        at += text[at + 1] is (byte)'+' or (byte)'-' ? 2 : 1;
        return TrySkipDigits(text, ref at) ? at : 0;
    }

    private static bool TrySkipDigits(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        while ((uint)(text[at] - '0') <= 9) at++;
        return at > start;
    }

    private void Take(int count, byte written)
    {
        _output[Length++] = written;
        _at += count;
    }
}
