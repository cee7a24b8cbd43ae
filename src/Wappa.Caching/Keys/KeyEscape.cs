using System.Text;

namespace Wappa.Caching.Keys;

/// <summary>Writes a component so that the separator ':' can never come from it: '%' as %25, ':' as %3A.</summary>
internal static class KeyEscape
{
    internal static string Escape(string component) =>
        component.AsSpan().ContainsAny('%', ':')
            ? component.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal)
            : component;

    /// <summary>For the keys of a Redis cluster, where braces mark what decides the node: '{' as %7B, '}' as %7D, too.</summary>
    internal static string EscapeForCluster(string component) =>
        Escape(component).Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal);

    /// <summary>The inverse of <see cref="Escape"/>. False when the text could not have come from here, so that a foreign
    /// key is recognised as foreign instead of being read as somebody else's record.</summary>
    internal static bool TryUnescape(ReadOnlySpan<char> text, out string component)
    {
        component = "";
        if (!text.Contains('%'))
        {
            component = text.ToString();
            return true;
        }

        var plain = new StringBuilder(text.Length);
        while (text.IndexOf('%') is var at and >= 0)
        {
            plain.Append(text[..at]);
            switch (text[at..])
            {
                case ['%', '2', '5', ..]: plain.Append('%'); break;
                case ['%', '3', 'A', ..]: plain.Append(':'); break;
                default: return false;
            }

            text = text[(at + 3)..];
        }

        component = plain.Append(text).ToString();
        return true;
    }
}
