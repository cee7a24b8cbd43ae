namespace Wappa.Caching.Json.Import;

/// <summary>
/// Reads the keys of the original. Nothing in them is escaped, so one text may be the key of several records; the one
/// is meant for which the file is named. What an agent remembered becomes a state under the handler
/// <c>aistate:{agent}</c>.
/// </summary>
internal static class OriginalKey
{
    private const string AgentHandler = "aistate:";
    private const string RowMarker = ":pkid:";

    /// <summary>The folder of a kind.</summary>
    internal static string DirectoryOf(OriginalKind kind) => kind switch
    {
        OriginalKind.Users => "users",
        OriginalKind.States => "states",
        OriginalKind.Tables => "tables",
        _ => "ai_states",
    };

    /// <summary>Whether the original gives its files such a name.</summary>
    internal static bool IsFileName(OriginalKind kind, string fileName) =>
        fileName.EndsWith(EndOf(kind), StringComparison.Ordinal) && fileName.Contains('_', StringComparison.Ordinal);

    /// <exception cref="ArgumentException">A part is no valid name; the text says why, without repeating
    /// it.</exception>
    /// <returns>False: no key of this kind.</returns>
    internal static bool TryRead(OriginalKind kind, string fileName, string text, out RecordKey key)
    {
        key = default;
        var stem = IsFileName(kind, fileName) ? fileName[..^EndOf(kind).Length] : "";
        (string Tenant, string Owner, string Name)? meant = null;
        foreach (var way in WaysToRead(kind, text))
        {
            var named = kind == OriginalKind.Tables ? way.Tenant : $"{way.Tenant}_{way.Owner}";
            meant ??= way;
            if (named != stem) continue;
            meant = way;
            break;
        }

        if (meant is not var (tenant, owner, name)) return false;
        key = kind switch
        {
            OriginalKind.Users => RecordKey.User(tenant, owner),
            OriginalKind.States => RecordKey.State(tenant, owner, name),
            OriginalKind.Tables when name.Length == 0 => RecordKey.Table(tenant, TableKey.Table(owner)),
            OriginalKind.Tables => RecordKey.Table(tenant, TableKey.Row(owner, name)),
            _ => RecordKey.State(tenant, owner, AgentHandler + name),
        };
        return true;
    }

    private static string EndOf(OriginalKind kind) => kind switch
    {
        OriginalKind.Users => ".json",
        OriginalKind.States => "_state.json",
        OriginalKind.Tables => "_tables.json",
        _ => "_ai_state.json",
    };

    private static string MarkerOf(OriginalKind kind) => kind switch
    {
        OriginalKind.Users => ":user:",
        OriginalKind.States => ":state:",
        OriginalKind.Tables => ":df:",
        _ => ":aistate:",
    };

    // The likeliest first: names rarely hold colons, and if one does, it is rather the handler than the user.
    private static IEnumerable<(string Tenant, string Owner, string Name)> WaysToRead(OriginalKind kind, string text)
    {
        var marker = MarkerOf(kind);
        foreach (var at in PlacesOf(marker, text))
        {
            var (tenant, rest) = (text[..at], text[(at + marker.Length)..]);
            switch (kind)
            {
                case OriginalKind.Users:
                    yield return (tenant, rest, "");
                    break;
                case OriginalKind.Tables:
                    foreach (var end in PlacesOf(RowMarker, rest))
                        yield return (tenant, rest[..end], rest[(end + RowMarker.Length)..]);
                    break;
                default:
                    foreach (var end in PlacesOf(":", rest).Reverse())
                        yield return (tenant, rest[(end + 1)..], rest[..end]);
                    break;
            }
        }
    }

    private static IEnumerable<int> PlacesOf(string marker, string text)
    {
        for (var at = -1; (at = text.IndexOf(marker, at + 1, StringComparison.Ordinal)) >= 0;) yield return at;
    }
}
