using System.Text;

namespace Wappa.Caching;

/// <summary>The rule every opaque name obeys: tenant, user, handler, record name, table and record id. 1 to 256 characters
/// (UTF-16 units), none of them a control character, no half of a surrogate pair.</summary>
public static class CacheName
{
    /// <summary>The most characters a name has.</summary>
    public const int MaxLength = 256;

    /// <summary>What the names begin with that Wappa keeps for its own records: <c>wappa.</c>. The caches of an app refuse such
    /// tenants, tables and record names and leave the records out of listings; a store does not know the difference.</summary>
    public const string ReservedPrefix = "wappa.";

    /// <summary>Whether a name is kept for Wappa's own records, see <see cref="ReservedPrefix"/>.</summary>
    public static bool IsReserved(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(ReservedPrefix, StringComparison.Ordinal);
    }

    /// <summary>Whether <paramref name="value"/> may be a name.</summary>
    public static bool IsValid(string? value) =>
        value is { Length: > 0 and <= MaxLength } && (IsPlain(value) || FindProblem(value) is null);

    /// <summary>Throws unless <paramref name="value"/> may be a name.</summary>
    /// <param name="value">The name.</param>
    /// <param name="what">What it names, for the error: <c>user id</c>.</param>
    /// <exception cref="ArgumentException">It may not; the text says why, without repeating it.</exception>
    public static void ThrowIfInvalid(string value, string what)
    {
        ArgumentNullException.ThrowIfNull(value, what);
        if (value.Length is 0 or > MaxLength || !IsPlain(value)) ThrowIfReallyInvalid(value, what);
    }

    internal static void ThrowIfReserved(string name, string what)
    {
        if (!IsReserved(name)) return;
        throw new ArgumentException(
            $"The {what} begins with '{ReservedPrefix}', which is kept for Wappa's own records. Choose another name.", what);
    }

    // Printable ASCII, which nearly every name is, is cleared in one vectorised pass.
    private static bool IsPlain(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static void ThrowIfReallyInvalid(string value, string what)
    {
        var problem = value.Length switch
        {
            0 => $"is empty; it needs 1 to {MaxLength} characters",
            > MaxLength => $"has {value.Length} characters; the limit is {MaxLength}. Hash the variable part of it",
            _ => FindProblem(value),
        };
        if (problem is not null) throw new ArgumentException($"The {what} {problem}.", what);
    }

    private static string? FindProblem(string value)
    {
        var at = 0;
        while (at < value.Length)
        {
            if (!Rune.TryGetRuneAt(value, at, out var rune))
                return $"holds half of a surrogate pair at position {at}; it cannot be written as UTF-8";
            if (Rune.IsControl(rune)) return $"holds the control character U+{rune.Value:X4} at position {at}; remove it";
            at += rune.Utf16SequenceLength;
        }

        return null;
    }
}
