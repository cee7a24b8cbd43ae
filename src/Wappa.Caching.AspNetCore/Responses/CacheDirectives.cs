using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>The directives of a <c>Cache-Control</c> header that mean something here (RFC 9111 §5.2).</summary>
internal struct CacheDirectives
{
    internal bool NoStore { get; private set; }

    internal bool NoCache { get; private set; }

    internal bool OnlyIfCached { get; private set; }

    internal bool IsPrivate { get; private set; }

    internal bool IsPublic { get; private set; }

    internal bool MustRevalidate { get; private set; }

    internal long? MaxAge { get; private set; }

    internal long? SharedMaxAge { get; private set; }

    internal long? MinFresh { get; private set; }

    /// <summary>Reads the lines of a header. What is not understood is passed over, and of two that contradict each other the one that
    /// caches less counts.</summary>
    internal static CacheDirectives Parse(in StringValues lines)
    {
        var directives = default(CacheDirectives);
        foreach (var line in lines)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty) directives.Take(Next(ref rest));
        }

        return directives;
    }

    // Up to the next comma that is not within quotes.
    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var isQuoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '\\' && isQuoted) i++;
            else if (rest[i] == '"') isQuoted = !isQuoted;
            else if (rest[i] == ',' && !isQuoted)
            {
                var directive = rest[..i];
                rest = rest[(i + 1)..];
                return directive.Trim();
            }
        }

        var last = rest;
        rest = default;
        return last.Trim();
    }

    private void Take(ReadOnlySpan<char> directive)
    {
        var end = directive.IndexOf('=');
        var name = (end < 0 ? directive : directive[..end]).Trim();
        var value = end < 0 ? default : directive[(end + 1)..].Trim().Trim('"');
        if (Is(name, "no-store")) NoStore = true;
        else if (Is(name, "no-cache")) NoCache = true;
        else if (Is(name, "only-if-cached")) OnlyIfCached = true;
        else if (Is(name, "private")) IsPrivate = true;
        else if (Is(name, "public")) IsPublic = true;
        else if (Is(name, "must-revalidate") || Is(name, "proxy-revalidate")) MustRevalidate = true;
        else if (Is(name, "max-age")) MaxAge = Least(MaxAge, value);
        else if (Is(name, "s-maxage")) SharedMaxAge = Least(SharedMaxAge, value);
        else if (Is(name, "min-fresh")) MinFresh = Math.Max(MinFresh ?? 0, Seconds(value));
    }

    private static bool Is(ReadOnlySpan<char> name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static long Least(long? known, ReadOnlySpan<char> value) => Math.Min(known ?? long.MaxValue, Seconds(value));

    // §1.2.2: too large is the largest; §4.2.1: what is no number is stale at once.
    private static long Seconds(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange('0', '9')) return 0;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? Math.Min(seconds, int.MaxValue)
            : int.MaxValue;
    }
}
