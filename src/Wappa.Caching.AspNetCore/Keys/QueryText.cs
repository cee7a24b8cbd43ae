using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>Writes a query so that what means the same is the same: pairs sorted by name, the order of one name's values kept, percent
/// escapes of letters, digits and <c>- . _ ~</c> undone, those that stay in capitals, empty pairs left out.</summary>
/// <remarks>Nothing else is decoded: to a handler that reads the decoded query <c>%3Cb%3E</c> and <c>&lt;b&gt;</c> are one, but to one that
/// writes the raw query into its page they are two, and whoever asked with the first must not be served the second. Names are compared
/// decoded and without regard to case, as the app's own view of the query does: it merges their values in the order of the text, so
/// that order must not be lost.</remarks>
internal static class QueryText
{
    /// <param name="key">Where it is written.</param>
    /// <param name="query">As it came, with its question mark; may be empty.</param>
    /// <param name="names">The names that count; null: all.</param>
    internal static void Write(ref KeyWriter key, ReadOnlySpan<char> query, ImmutableHashSet<string>? names)
    {
        if (query.Length < 2) return;
        var text = query[1..];
        if (names is null && !text.Contains('&'))
        {
            WriteNormal(ref key, text);
            return;
        }

        var pairs = Split(text, names);
        CollectionsMarshal.AsSpan(pairs).Sort(static (one, other) =>
        {
            var order = string.Compare(one.Name, other.Name, StringComparison.OrdinalIgnoreCase);
            return order != 0 ? order : one.Start.CompareTo(other.Start);
        });
        for (var i = 0; i < pairs.Count; i++)
        {
            if (i > 0) key.Raw('&');
            WriteNormal(ref key, text.Slice(pairs[i].Start, pairs[i].Length));
        }
    }

    private static List<Pair> Split(ReadOnlySpan<char> text, ImmutableHashSet<string>? names)
    {
        List<Pair> pairs = [];
        foreach (var range in text.Split('&'))
        {
            var (start, length) = range.GetOffsetAndLength(text.Length);
            if (length == 0) continue;
            var pair = text.Slice(start, length);
            var name = Decoded(pair.IndexOf('=') is var end and >= 0 ? pair[..end] : pair);
            if (names is null || names.Contains(name)) pairs.Add(new(name, start, length));
        }

        return pairs;
    }

    private static string Decoded(ReadOnlySpan<char> name) => name.ContainsAny('%', '+')
        ? Uri.UnescapeDataString(name.ToString().Replace('+', ' '))
        : name.ToString();

    // '=' stays as it is: a pair is told from its neighbours by '&', which a pair never holds.
    private static void WriteNormal(ref KeyWriter key, ReadOnlySpan<char> pair)
    {
        while (pair.IndexOfAny('%', '=') is var at and >= 0)
        {
            key.Escaped(pair[..at]);
            var read = 1;
            if (pair[at] == '=') key.Raw('=');
            else read = WriteEscape(ref key, pair[at..]);
            pair = pair[(at + read)..];
        }

        key.Escaped(pair);
    }

    private static int WriteEscape(ref KeyWriter key, ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
        {
            key.Escaped(text[..1]);
            return 1;
        }

        var letter = (char)((Digit(text[1]) << 4) | Digit(text[2]));
        if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~') key.Escaped([letter]);
        else key.Escaped(['%', char.ToUpperInvariant(text[1]), char.ToUpperInvariant(text[2])]);
        return 3;
    }

    private static int Digit(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private readonly record struct Pair(string Name, int Start, int Length);
}
