namespace Wappa.Caching.Keys;

/// <summary>The rule every opaque name obeys: tenant, user, handler, record name, table and record id.</summary>
internal static class CacheName
{
    internal const int MaxLength = 256;

    /// <summary>Throws unless <paramref name="value"/> has 1 to 256 characters, none of them a control character
    /// or half of a surrogate pair.</summary>
    internal static void ThrowIfInvalid(string value, string what)
    {
        ArgumentNullException.ThrowIfNull(value, what);
        if (value.Length is 0 or > MaxLength || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            ThrowIfReallyInvalid(value, what);
    }

    // The hot path above clears printable ASCII in one vectorised pass; only what is left is looked at here.
    private static void ThrowIfReallyInvalid(string value, string what)
    {
        if (value.Length == 0)
            throw new ArgumentException($"The {what} is empty; it needs 1 to {MaxLength} characters.", what);
        if (value.Length > MaxLength)
        {
            throw new ArgumentException(
                $"The {what} has {value.Length} characters; the limit is {MaxLength}. Hash the variable part of it.", what);
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsControl(value[i]))
            {
                throw new ArgumentException(
                    $"The {what} holds the control character U+{(int)value[i]:X4} at position {i}; remove it.", what);
            }

            if (!char.IsSurrogate(value[i])) continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
            {
                throw new ArgumentException(
                    $"The {what} holds half of a surrogate pair at position {i}; it cannot be written as UTF-8.", what);
            }

            i++;
        }
    }
}
