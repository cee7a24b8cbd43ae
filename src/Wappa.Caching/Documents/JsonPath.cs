using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Wappa.Caching.Documents;

/// <summary>Makes a JSON path fit for a message: names of properties and positions stay, what may be a key of a dictionary,
/// and so a phone number, becomes <c>*</c>.</summary>
internal static class JsonPath
{
    private const int MaxLength = 200;
    private const int MaxIndexDigits = 7;

    /// <summary>The path with every name masked that is not a property of the type at that place.</summary>
    /// <param name="path">As the serializer gives it: <c>$.orders[2]['odd name']</c>; null counts as <c>$</c>.</param>
    /// <param name="root">What <c>$</c> is read as; null if that is not known.</param>
    internal static string Mask(string? path, JsonTypeInfo? root)
    {
        var masked = new StringBuilder("$");
        var rest = (path ?? "$").AsSpan().TrimStart('$');
        var type = root;
        while (!rest.IsEmpty && masked.Length < MaxLength)
        {
            if (rest[0] == '[' && Index(rest) is { } index)
            {
                masked.Append('[').Append(index.ToString(CultureInfo.InvariantCulture)).Append(']');
                rest = rest[(rest.IndexOf(']') + 1)..];
                type = Next(type, type?.ElementType);
            }
            else if (Property(type, rest, out var length) is { } property)
            {
                masked.Append(rest[..length]);
                rest = rest[length..];
                type = Next(type, property.PropertyType);
            }
            else
            {
                masked.Append(".*");

                // A name in quotes may hold anything, quotes and brackets too, so that nobody knows where it ends.
                if (rest[0] != '.') return masked.ToString();
                var end = rest[1..].IndexOfAny('.', '[');
                rest = end < 0 ? default : rest[(end + 1)..];
                type = Next(type, type?.ElementType);
            }
        }

        return rest.IsEmpty ? masked.ToString() : masked.Append('…').ToString();
    }

    private static int? Index(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(']');
        if (end is < 2 or > MaxIndexDigits + 1) return null;
        return int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }

    private static JsonPropertyInfo? Property(JsonTypeInfo? type, ReadOnlySpan<char> rest, out int length)
    {
        length = 0;
        if (type?.Kind != JsonTypeInfoKind.Object) return null;
        foreach (var property in type.Properties)
        {
            // A path of a write has the names of the members instead.
            var member = (property.AttributeProvider as MemberInfo)?.Name ?? property.Name;
            foreach (var spelled in (string[])[$".{property.Name}", $"['{property.Name}']", $".{member}"])
            {
                if (!rest.StartsWith(spelled, StringComparison.Ordinal)) continue;
                if (spelled.Length < rest.Length && rest[spelled.Length] is not ('.' or '[')) continue;
                length = spelled.Length;
                return property;
            }
        }

        return null;
    }

    private static JsonTypeInfo? Next(JsonTypeInfo? here, Type? type)
    {
        if (here is null || type is null) return null;
        try
        {
            return here.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException)
        {
            return null; // no metadata, no names: the rest is masked
        }
    }
}
