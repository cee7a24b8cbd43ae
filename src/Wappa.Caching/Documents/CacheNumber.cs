using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Wappa.Caching;

/// <summary>
/// A number of an increment. Its kind decides the arithmetic: whole numbers are exact in 64 bits, decimals are exact or
/// refused, doubles are written in their shortest form that reads back the same.
/// </summary>
public readonly record struct CacheNumber
{
    private readonly NumberKind _kind;
    private readonly long _bits; // the whole number, or the bits of the double
    private readonly decimal _decimal;

    private CacheNumber(NumberKind kind, long bits, decimal exact)
    {
        _kind = kind;
        _bits = bits;
        _decimal = exact;
    }

    private enum NumberKind : byte
    {
        Whole,
        Decimal,
        Double,
    }

    /// <summary>A whole number.</summary>
    public static CacheNumber From(long value) => new(NumberKind.Whole, value, 0);

    /// <summary>An exact decimal.</summary>
    public static CacheNumber From(decimal value) => new(NumberKind.Decimal, 0, value);

    /// <summary>A double.</summary>
    /// <exception cref="ArgumentException">Not a finite number: JSON has no word for it.</exception>
    public static CacheNumber From(double value) =>
        double.IsFinite(value)
            ? new(NumberKind.Double, BitConverter.DoubleToInt64Bits(value), 0)
            : throw new ArgumentException("An increment must be finite: JSON has neither NaN nor infinity.", nameof(value));

    /// <summary>The value of a whole number.</summary>
    public long ToInt64() => _kind == NumberKind.Whole ? _bits : throw WrongKind("whole");

    /// <summary>The value of a decimal.</summary>
    public decimal ToDecimal() => _kind == NumberKind.Decimal ? _decimal : throw WrongKind("decimal");

    /// <summary>The value of a double.</summary>
    public double ToDouble() => _kind == NumberKind.Double ? Approximate : throw WrongKind("double");

    /// <summary>The JSON text.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }

    internal const int MaxTextLength = 40;

    internal bool IsWhole => _kind == NumberKind.Whole;

    private double Approximate => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>What an increment of a missing field starts from.</summary>
    internal CacheNumber Zero => new(_kind, 0, 0);

    /// <summary>Reads the stored number in the arithmetic of this one and adds this one to it.</summary>
    /// <exception cref="CacheTypeException">The stored value is of another kind, or the sum cannot be held.</exception>
    internal CacheNumber AddTo(ReadOnlySpan<byte> stored)
    {
        switch (_kind)
        {
            case NumberKind.Whole:
                if (!Utf8Parser.TryParse(stored, out long whole, out var used) || used != stored.Length)
                    throw Refused(stored, "a whole number of 64 bits", "Increment it by a decimal or a double instead.");
                var sum = unchecked(whole + _bits);
                if (((whole ^ sum) & (_bits ^ sum)) < 0)
                    throw new CacheTypeException("The sum does not fit in 64 bits; nothing changed.");
                return From(sum);

            case NumberKind.Decimal:
                return From(AddExactly(ReadDecimal(stored)));

            default:
                if (!IsNumber(stored) || !double.TryParse(stored, CultureInfo.InvariantCulture, out var current))
                    throw Refused(stored, "a number", "Set the field first.");
                var result = current + Approximate;
                return double.IsFinite(result)
                    ? From(result)
                    : throw new CacheTypeException("The sum is beyond the range of a double; nothing changed.");
        }
    }

    /// <summary>Writes the JSON text; returns its length, at most <see cref="MaxTextLength"/>.</summary>
    internal int Format(Span<byte> text)
    {
        int written;
        _ = _kind switch
        {
            NumberKind.Whole => _bits.TryFormat(text, out written, default, CultureInfo.InvariantCulture),
            NumberKind.Decimal => _decimal.TryFormat(text, out written, default, CultureInfo.InvariantCulture),
            _ => Approximate.TryFormat(text, out written, "R", CultureInfo.InvariantCulture),
        };
        return written;
    }

    private static decimal ReadDecimal(ReadOnlySpan<byte> stored)
    {
        if (!IsNumber(stored) || !decimal.TryParse(stored, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw Refused(stored, "a decimal", "Increment it by a double instead.");

        // Parsing rounds away what a decimal cannot hold, which always loses the last digit that is not zero.
        Span<byte> kept = stackalloc byte[MaxTextLength];
        value.TryFormat(kept, out var length, default, CultureInfo.InvariantCulture);
        return SignificantDigits(kept[..length]) == SignificantDigits(stored)
            ? value
            : throw Refused(stored, "a number that fits a decimal", "Increment it by a double instead.");
    }

    private decimal AddExactly(decimal current)
    {
        try
        {
            // Addition rounds when the two scales are too far apart; taking either part away again shows it.
            var sum = current + _decimal;
            if (sum - _decimal == current && sum - current == _decimal) return sum;
        }
        catch (OverflowException)
        {
            // told below, together with the sums that would be rounded
        }

        throw new CacheTypeException("The sum cannot be held exactly by a decimal; nothing changed.");
    }

    /// <summary>The digits between the first and the last that is not zero, of the part before an exponent.</summary>
    private static int SignificantDigits(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        if (exponent >= 0) number = number[..exponent];
        var (count, pendingZeros) = (0, 0);
        foreach (var character in number)
        {
            if (character is < (byte)'0' or > (byte)'9') continue;
            if (character == '0')
            {
                if (count > 0) pendingZeros++;
                continue;
            }

            count += pendingZeros + 1;
            pendingZeros = 0;
        }

        return count;
    }

    private static bool IsNumber(ReadOnlySpan<byte> stored) => stored is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..];

    private static CacheTypeException Refused(ReadOnlySpan<byte> stored, string needed, string wayOut) =>
        new($"The increment needs {needed}, but the field holds {Documents.JsonKind.Describe(stored)}; nothing changed. {wayOut}");

    private InvalidOperationException WrongKind(string asked) =>
        new($"The number is a {_kind} and was asked as a {asked} number.");
}
