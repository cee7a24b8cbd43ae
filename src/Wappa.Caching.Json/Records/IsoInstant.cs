using System.Globalization;

namespace Wappa.Caching.Json.Records;

/// <summary>Unix milliseconds as a person reads them: <c>2025-01-15T10:30:00.000Z</c>, from the year 1 to 9999. What
/// lies beyond is written as the nearest instant.</summary>
internal static class IsoInstant
{
    /// <summary>Bytes of the written form.</summary>
    internal const int Length = 24;

    /// <summary>The first and the last instant that can be written.</summary>
    internal const long First = -EpochSinceYear1;

    /// <inheritdoc cref="First"/>
    internal const long Last = 253_402_300_799_999;

    private const long EpochSinceYear1 = 62_135_596_800_000;

    internal static void Format(long unixMilliseconds, Span<byte> output)
    {
        var sinceYear1 = Math.Clamp(unixMilliseconds, First, Last) + EpochSinceYear1;
        new DateTime(sinceYear1 * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc)
            .TryFormat(output, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads exactly what <see cref="Format"/> writes.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (text.Length != Length || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
            text[16] != ':' || text[19] != '.' || text[23] != 'Z')
        {
            return false;
        }

        var (year, month, day) = (Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]));
        var (hour, minute, second) = (Digits(text[11..13]), Digits(text[14..16]), Digits(text[17..19]));
        var millisecond = Digits(text[20..23]);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || millisecond < 0) return false;
        var instant = new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Utc);
        unixMilliseconds = Of(instant);
        return true;
    }

    /// <param name="utc">Parts of a millisecond are cut off.</param>
    internal static long Of(DateTime utc) => (utc.Ticks / TimeSpan.TicksPerMillisecond) - EpochSinceYear1;

    // -1: not only digits.
    private static int Digits(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return -1;
            value = (value * 10) + digit - '0';
        }

        return value;
    }
}
