using System.Buffers;
using System.Buffers.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>Takes the line breaks out of what <see cref="IndentedJson"/> wrote, in one pass, and sees on the way that it is
/// exactly that: JSON in the one form in which it is written. Anything else is left to a slower reader.</summary>
/// <param name="text">The value and nothing else.</param>
/// <param name="output">Where the compact text goes; as long as <paramref name="text"/>.</param>
internal ref struct IndentedJsonReader(ReadOnlySpan<byte> text, Span<byte> output)
{
    // Where a text stops being plain: its end, an escape, or a byte no text may hold.
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Span<byte> _output = output;
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

        return _at == _text.Length;
    }

    private readonly byte Current => _at < _text.Length ? _text[_at] : (byte)0;

    private readonly bool InObject => (_objects >> _level & 1) != 0;

    // After a value: a comma and the next line's value, or the line that closes the level.
    private bool TryNext()
    {
        if (Current == ',')
        {
            Copy(1);
            return TryLineBreak(_level) && TryMember();
        }

        var closing = InObject ? (byte)'}' : (byte)']';
        if (!TryLineBreak(_level - 1) || Current != closing) return false;
        Copy(1);
        _level--;
        return true;
    }

    private bool TryMember()
    {
        if (!InObject) return TryValue();
        if (Current != '"' || !TryString() || Current != ':') return false;
        Copy(1);
        if (Current != ' ') return false;
        _at++;
        return TryValue();
    }

    private bool TryValue()
    {
        switch (Current)
        {
            case (byte)'"': return TryString();
            case (byte)'{' or (byte)'[': return TryOpen();
            default: return TryScalar();
        }
    }

    private bool TryOpen()
    {
        var isObject = Current == '{';
        if (_at + 1 < _text.Length && _text[_at + 1] == (isObject ? (byte)'}' : (byte)']'))
        {
            Copy(2);
            return true;
        }

        if (_level == IndentedJson.MaxLevels) return false;
        _level++;
        _objects = isObject ? _objects | 1u << _level : _objects & ~(1u << _level);
        Copy(1);
        return TryLineBreak(_level) && TryMember();
    }

    private bool TryLineBreak(int level)
    {
        var expected = IndentedJson.LineBreak[..IndentedJson.LineBreakLength(level)];
        if (!_text[_at..].StartsWith(expected)) return false;
        _at += expected.Length;
        return true;
    }

    private bool TryString()
    {
        var end = _at + 1;
        while (true)
        {
            var plain = _text[end..].IndexOfAny(NotPlain);
            if (plain < 0) return false;
            end += plain;
            switch (_text[end])
            {
                case (byte)'"':
                    Copy(end + 1 - _at);
                    return true;
                case (byte)'\\' when EscapeLength(_text[end..]) is > 0 and var length:
                    end += length;
                    break;
                default: return false;
            }
        }
    }

    private static int EscapeLength(ReadOnlySpan<byte> text) => text.Length < 2 ? 0 : text[1] switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => 2,
        (byte)'u' when text.Length >= 6 && Utf8Parser.TryParse(text[2..6], out uint _, out var read, 'x') && read == 4 => 6,
        _ => 0,
    };

    private bool TryScalar()
    {
        var rest = _text[_at..];
        var length = rest.IndexOfAny((byte)',', (byte)'\n');
        var scalar = length < 0 ? rest : rest[..length];
        if (!scalar.SequenceEqual("true"u8) && !scalar.SequenceEqual("false"u8) && !scalar.SequenceEqual("null"u8) &&
            !IsNumber(scalar))
        {
            return false;
        }

        Copy(scalar.Length);
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-', ..]) text = text[1..];
        if (text is [(byte)'0', ..]) text = text[1..];
        else if (!TrySkipDigits(ref text)) return false;
        if (text is [(byte)'.', ..])
        {
            text = text[1..];
            if (!TrySkipDigits(ref text)) return false;
        }

        if (text is [(byte)'e' or (byte)'E', ..])
        {
            text = text is [_, (byte)'+' or (byte)'-', ..] ? text[2..] : text[1..];
            if (!TrySkipDigits(ref text)) return false;
        }

        return text.IsEmpty;
    }

    private static bool TrySkipDigits(ref ReadOnlySpan<byte> text)
    {
        var count = 0;
        while (count < text.Length && text[count] is >= (byte)'0' and <= (byte)'9') count++;
        text = text[count..];
        return count > 0;
    }

    private void Copy(int count)
    {
        _text.Slice(_at, count).CopyTo(_output[Length..]);
        _at += count;
        Length += count;
    }
}
