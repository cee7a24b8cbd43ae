using Microsoft.Extensions.Primitives;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Looks for a tag in the lines of <c>If-Match</c> or <c>If-None-Match</c>.</summary>
internal static class EntityTagList
{
    /// <summary>Whether the field asks for anything that is there.</summary>
    /// <remarks><c>*</c> counts only if it is all there is in the field; in a list it is malformed, and what is malformed names
    /// nothing.</remarks>
    internal static bool IsAny(in StringValues field)
    {
        if (field.Count == 1 && field[0] is "*") return true;
        var any = false;
        foreach (var line in field)
        {
            var members = new EntityTagReader(line);
            while (members.Read())
            {
                if (any || members.Kind != EntityTagKind.Any) return false;
                any = true;
            }
        }

        return any;
    }

    /// <summary>Compares weakly (RFC 9110 §8.8.3.2): <c>W/</c> on either side does not matter.</summary>
    /// <returns>The tag as the client has it if it has it in a content coding, else <paramref name="tag"/>;
    /// null: it is not there.</returns>
    internal static string? FindWeakly(in StringValues field, string tag)
    {
        if (field.Count == 1 && field[0] == tag) return tag;
        return Find(field, tag, OpaqueOf(tag), strongOnly: false);
    }

    /// <summary>Compares strongly: neither side may be weak.</summary>
    internal static bool ContainsStrongly(in StringValues field, string tag)
    {
        if (tag[0] == 'W') return false;
        if (field.Count == 1 && field[0] == tag) return true;
        return Find(field, tag, OpaqueOf(tag), strongOnly: true) is not null;
    }

    private static string? Find(in StringValues field, string tag, ReadOnlySpan<char> opaque, bool strongOnly)
    {
        foreach (var line in field)
        {
            var members = new EntityTagReader(line);
            while (members.Read())
            {
                if (members.Kind != EntityTagKind.Strong && (strongOnly || members.Kind != EntityTagKind.Weak)) continue;
                if (!members.Opaque.StartsWith(opaque)) continue;
                var coding = members.Opaque[opaque.Length..];
                if (coding.IsEmpty) return tag;
                if (EntityTags.IsCoding(coding)) return members.Text.ToString();
            }
        }

        return null;
    }

    private static ReadOnlySpan<char> OpaqueOf(string tag) => tag.AsSpan(tag[0] == 'W' ? 3 : 1, tag.Length - (tag[0] == 'W' ? 4 : 2));
}
