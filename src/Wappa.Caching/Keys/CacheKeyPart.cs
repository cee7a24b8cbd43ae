using System.Globalization;

namespace Wappa.Caching;

/// <summary>One part of a general cache key: a text or a whole number, converted without boxing.</summary>
public readonly record struct CacheKeyPart
{
    private readonly string? _text;
    private readonly long _number;

    private CacheKeyPart(string? text, long number)
    {
        _text = text;
        _number = number;
    }

    /// <summary>The part as it is written, not escaped.</summary>
    public override string ToString() => _text ?? _number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text part.</summary>
    public static implicit operator CacheKeyPart(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text, 0);
    }

    /// <summary>A number part, in invariant digits.</summary>
    public static implicit operator CacheKeyPart(long number) => new(null, number);

    /// <summary>A GUID part, in the form <c>00000000-0000-0000-0000-000000000000</c>.</summary>
    public static implicit operator CacheKeyPart(Guid id) => new(id.ToString("D"), 0);
}
