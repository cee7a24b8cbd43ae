namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Reads the members of one line of <c>If-Match</c> or <c>If-None-Match</c> without allocating (RFC 9110 §8.8.3,
/// §5.6.1).</summary>
/// <remarks>Empty members are skipped, commas within quotes part nothing. What is no tag is handed out as malformed and reading goes on
/// behind the next comma; after a quote that is never closed there is no next one.</remarks>
internal ref struct EntityTagReader(ReadOnlySpan<char> line)
{
    private const string Blank = " \t";
    private const string BlankOrComma = " \t,";

    private ReadOnlySpan<char> _rest = line;

    /// <summary>What the member is.</summary>
    internal EntityTagKind Kind { get; private set; }

    /// <summary>What stands between the quotes, of a tag.</summary>
    internal ReadOnlySpan<char> Opaque { get; private set; }

    /// <summary>The member with its quotes, of a tag.</summary>
    internal ReadOnlySpan<char> Text { get; private set; }

    /// <returns>False: there are no more.</returns>
    internal bool Read()
    {
        var rest = _rest.TrimStart(BlankOrComma);
        if (rest.IsEmpty) return false;
        var isWeak = rest.StartsWith("W/"); // a small w is none: RFC 9110 §8.8.3
        var quote = isWeak ? 2 : 0;
        if (rest.Length > quote && rest[quote] == '"') ReadQuoted(rest, quote, isWeak);
        else ReadBare(rest);
        return true;
    }

    private void ReadQuoted(ReadOnlySpan<char> rest, int quote, bool isWeak)
    {
        Kind = EntityTagKind.Malformed;
        var length = rest[(quote + 1)..].IndexOf('"');
        if (length < 0)
        {
            _rest = default;
            return;
        }

        var end = quote + length + 2;
        var after = rest[end..].TrimStart(Blank);
        if (after.IsEmpty || after[0] == ',')
        {
            Kind = isWeak ? EntityTagKind.Weak : EntityTagKind.Strong;
            Opaque = rest.Slice(quote + 1, length);
            Text = rest[..end];
        }

        SkipMember(after);
    }

    private void ReadBare(ReadOnlySpan<char> rest)
    {
        var comma = rest.IndexOf(',');
        var member = comma < 0 ? rest : rest[..comma];
        Kind = member.TrimEnd(Blank) is "*" ? EntityTagKind.Any : EntityTagKind.Malformed;
        SkipMember(rest);
    }

    private void SkipMember(ReadOnlySpan<char> rest)
    {
        var comma = rest.IndexOf(',');
        _rest = comma < 0 ? default : rest[comma..];
    }
}

/// <summary>What a member of a list of ETags is.</summary>
internal enum EntityTagKind
{
    Malformed,
    Any,
    Weak,
    Strong,
}
