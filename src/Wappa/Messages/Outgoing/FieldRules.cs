using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Wappa;

/// <summary>The checks messages are made of. Lengths are UTF-16 units, as <see cref="string.Length"/> counts
/// them.</summary>
internal static class FieldRules
{
    /// <summary>A text that must be there.</summary>
    /// <param name="field">Named in the error.</param>
    /// <param name="value">Null counts as empty.</param>
    /// <param name="max">The longest.</param>
    /// <param name="wayOut">What to do about it. Default: shorten it.</param>
    internal static void Required(string field, [NotNull] string? value, int max, string wayOut = "Shorten it.")
    {
        var length = value?.Length ?? 0;
        if (length is 0) throw InvalidMessageException.OfLength(field, 0, 1, max, "Give it a value.");
        if (length > max) throw InvalidMessageException.OfLength(field, length, 1, max, wayOut);
        Debug.Assert(value is not null, "an empty text was refused above");
    }

    /// <summary>A text that may be left out, but not be empty.</summary>
    internal static void Optional(string field, string? value, int max, string wayOut = "Shorten it.")
    {
        if (value is not null) Required(field, value, max, value.Length is 0 ? "Leave it out or give it a value." : wayOut);
    }

    /// <summary>A text that may be left out or empty.</summary>
    internal static void AtMost(string field, string? value, int max, string wayOut = "Shorten it.")
    {
        if (value?.Length > max) throw InvalidMessageException.OfLength(field, value.Length, 0, max, wayOut);
    }

    /// <summary>A text that must be there, of any length.</summary>
    internal static void NotEmpty(string field, [NotNull] string? value)
    {
        if (string.IsNullOrEmpty(value)) throw new InvalidMessageException(field, "is empty.", "Give it a value.");
    }

    /// <summary>A text that may be left out but not be empty, of any length.</summary>
    internal static void NullOrNotEmpty(string field, string? value)
    {
        if (value is not null) NotEmpty(field, value);
    }

    /// <summary>How many items there may be.</summary>
    internal static void Count(string field, string items, int count, int min, int max, string wayOut)
    {
        if (count < min || count > max) throw InvalidMessageException.OfCount(field, items, count, min, max, wayOut);
    }

    /// <summary>What two items may not share.</summary>
    internal static void Distinct(string field, IEnumerable<string> values)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var value in values)
        {
            if (!seen.Add(value))
            {
                throw new InvalidMessageException(
                    field, $"repeats a value at index {index}; each must be unique within the message.",
                    "Give each its own.");
            }

            index++;
        }
    }

    /// <summary>A web address: absolute, http or https.</summary>
    internal static void Link(string field, string? value, int max = 2000)
    {
        Required(field, value, max);
        if (Uri.TryCreate(value, UriKind.Absolute, out var link) && link.Scheme is "http" or "https") return;
        throw new InvalidMessageException(field, "is no absolute http or https address.", "Write it in full: https://….");
    }

    /// <summary>Something that must be there.</summary>
    internal static void Present(string field, [NotNull] object? value)
    {
        if (value is null) throw new InvalidMessageException(field, "is missing.", "Set it.");
    }
}
