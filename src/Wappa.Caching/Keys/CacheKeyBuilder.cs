using System.Globalization;
using System.Text;

namespace Wappa.Caching;

/// <summary>
/// Keys of the general caches: <c>namespace:v1:part:part</c>. Parts are escaped like everywhere
/// (<see cref="KeyFactory"/>), so <c>("a:b")</c> and <c>("a", "b")</c> are two keys.
/// </summary>
public static class CacheKeyBuilder
{
    private const string Wildcard = "*";

    /// <summary><c>("chat", "conversation", 123, "messages")</c> gives <c>chat:v1:conversation:123:messages</c>.</summary>
    /// <param name="ns">The namespace, 1 to 256 characters.</param>
    /// <param name="parts">One or more, each 1 to 256 characters.</param>
    /// <exception cref="ArgumentException">A part is not a valid name, or there is none.</exception>
    public static string Build(string ns, params ReadOnlySpan<CacheKeyPart> parts) => Build(ns, 1, parts, pattern: false);

    /// <summary>The same in another version of the namespace: raising it leaves every older entry unreachable at once.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="version">1 or more.</param>
    /// <param name="parts">One or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The version is below 1.</exception>
    /// <exception cref="ArgumentException">A part is not a valid name, or there is none.</exception>
    public static string BuildVersion(string ns, int version, params ReadOnlySpan<CacheKeyPart> parts) =>
        Build(ns, version, parts, pattern: false);

    /// <summary>A pattern over keys: a whole part <c>*</c> matches any one part; a <c>*</c> inside a part is literal and
    /// written <c>%2A</c>.</summary>
    /// <exception cref="ArgumentException">A part is not a valid name, or there is none.</exception>
    public static string Pattern(string ns, params ReadOnlySpan<CacheKeyPart> parts) => Build(ns, 1, parts, pattern: true);

    /// <summary>Whether a key made by <see cref="Build(string, ReadOnlySpan{CacheKeyPart})"/> fits a pattern made by
    /// <see cref="Pattern"/>: as many parts, each equal or under a wildcard.</summary>
    public static bool Matches(string pattern, string key)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(key);
        var wanted = pattern.Split(':');
        var given = key.Split(':');
        return wanted.Length == given.Length && wanted.Zip(given).All(pair => pair.First is Wildcard || pair.First == pair.Second);
    }

    /// <summary>What every key of a namespace begins with: <c>chat:v1</c>.</summary>
    internal static string Prefix(string ns, int version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return string.Create(CultureInfo.InvariantCulture, $"{Namespace(ns)}:v{version}");
    }

    /// <summary>A namespace as it stands in keys, escaped.</summary>
    internal static string Namespace(string ns)
    {
        CacheName.ThrowIfInvalid(ns, "namespace");
        return CacheKeyPart.Escape(ns);
    }

    private static string Build(string ns, int version, ReadOnlySpan<CacheKeyPart> parts, bool pattern)
    {
        var prefix = Prefix(ns, version);
        if (parts.IsEmpty) throw new ArgumentException("A cache key needs at least one part after its namespace.", nameof(parts));
        var key = new StringBuilder(prefix);
        foreach (var part in parts)
        {
            var text = part.ToString();
            key.Append(':').Append(pattern && text == Wildcard ? Wildcard : CacheKeyPart.Escape(text));
        }

        return key.ToString();
    }
}
