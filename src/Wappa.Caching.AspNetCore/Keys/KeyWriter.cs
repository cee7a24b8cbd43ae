using System.Buffers;
using System.Globalization;

namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>Writes the parts of a key so that what separates them cannot come from them: everything but letters, digits and a few marks
/// is written <c>%</c> and hexadecimal digits, <c>%</c> itself included, so two texts never look the same.</summary>
internal ref struct KeyWriter(Span<char> text)
{
    private static readonly SearchValues<char> AsItIs = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/@!$'(),;");

    private readonly Span<char> _text = text;
    private int _length;

    /// <summary>What was written, if it fitted.</summary>
    internal readonly ReadOnlySpan<char> Written => _text[.._length];

    /// <summary>Whether there was too little room; then what was written means nothing.</summary>
    internal bool IsTooLong { get; private set; }

    /// <summary>Writes what is known to be harmless.</summary>
    internal void Raw(scoped ReadOnlySpan<char> text)
    {
        if (!text.TryCopyTo(_text[_length..])) Fail();
        else _length += text.Length;
    }

    internal void Raw(char mark)
    {
        if (_length == _text.Length) Fail();
        else _text[_length++] = mark;
    }

    /// <summary>Writes what may come from anywhere.</summary>
    internal void Escaped(scoped ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyExcept(AsItIs) is var odd and >= 0)
        {
            Raw(text[..odd]);
            Escape(text[odd]);
            text = text[(odd + 1)..];
        }

        Raw(text);
    }

    /// <summary>Writes a text that may be missing, which differs from empty: <c>-</c>, or <c>+</c> and the text.</summary>
    internal void Optional(string? text)
    {
        if (text is null)
        {
            Raw('-');
            return;
        }

        Raw('+');
        Escaped(text);
    }

    // A UTF-16 unit: half of a surrogate pair has a form too, and none needs to know of the other.
    private void Escape(char odd)
    {
        Raw('%');
        if (odd > 0xFF) Raw('u');
        if (!((int)odd).TryFormat(_text[_length..], out var digits, odd > 0xFF ? "X4" : "X2", CultureInfo.InvariantCulture)) Fail();
        else _length += digits;
    }

    private void Fail()
    {
        IsTooLong = true;
        _length = 0;
    }
}
