using System.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>A key as <see cref="KeyFactory.Default"/> writes it, taken apart where it stands.</summary>
internal readonly ref struct RecordKeyText
{
    private RecordKeyText(RecordKind kind, ReadOnlySpan<byte> tenant, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> name)
    {
        Kind = kind;
        Tenant = tenant;
        Owner = owner;
        Name = name;
    }

    internal RecordKind Kind { get; }

    /// <summary>Still escaped, as the other parts: <c>%25</c> and <c>%3A</c>.</summary>
    internal ReadOnlySpan<byte> Tenant { get; }

    internal ReadOnlySpan<byte> Owner { get; }

    /// <summary>Empty for a profile, and for the record of a table as a whole.</summary>
    internal ReadOnlySpan<byte> Name { get; }

    /// <summary>Reads a key back, the usual ones without detours.</summary>
    /// <returns>What <see cref="KeyFactory.TryParse"/> says.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> utf8, out RecordKey key)
    {
        key = default;
        if (utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~') || utf8.Contains((byte)'%'))
            return KeyFactory.Default.TryParse(Encoding.UTF8.GetString(utf8), out key);

        if (!TrySplit(utf8, out var parts) || parts.IsTooLong) return false;
        var tenant = Encoding.ASCII.GetString(parts.Tenant);
        var owner = Encoding.ASCII.GetString(parts.Owner);
        var name = Encoding.ASCII.GetString(parts.Name);
        key = parts.Kind switch
        {
            RecordKind.User => RecordKey.User(tenant, owner, name.Length == 0 ? RecordKey.ProfileName : name),
            RecordKind.State => RecordKey.State(tenant, owner, name),
            _ => RecordKey.Table(tenant, name.Length == 0 ? TableKey.Table(owner) : TableKey.Row(owner, name)),
        };
        return true;
    }

    /// <returns>False: no record's key has this form. Whether each part is a valid name is not looked at.</returns>
    internal static bool TrySplit(ReadOnlySpan<byte> key, out RecordKeyText parts)
    {
        parts = default;
        Span<Range> ranges = stackalloc Range[5];
        var count = 0;
        foreach (var range in key.Split((byte)':'))
        {
            if (count == ranges.Length || !IsEscaped(key[range])) return false;
            ranges[count++] = range;
        }

        if (count < 3) return false;
        var kind = key[ranges[1]];
        var third = key[ranges[2]];
        var last = key[ranges[count - 1]];
        parts = count switch
        {
            3 when kind.SequenceEqual("user"u8) => new(RecordKind.User, key[ranges[0]], third, default),
            4 when kind.SequenceEqual("user"u8) && !last.SequenceEqual("profile"u8) && !last.IsEmpty =>
                new(RecordKind.User, key[ranges[0]], third, last),
            4 when kind.SequenceEqual("state"u8) && !third.IsEmpty =>
                new(RecordKind.State, key[ranges[0]], last, third),
            5 when kind.SequenceEqual("df"u8) && key[ranges[3]].SequenceEqual("pkid"u8) =>
                new(RecordKind.Table, key[ranges[0]], third, last),
            _ => default,
        };
        return !parts.Tenant.IsEmpty && !parts.Owner.IsEmpty;
    }

    private bool IsTooLong =>
        Tenant.Length > CacheName.MaxLength || Owner.Length > CacheName.MaxLength || Name.Length > CacheName.MaxLength;

    private static bool IsEscaped(ReadOnlySpan<byte> part)
    {
        while (part.IndexOf((byte)'%') is var at and >= 0)
        {
            part = part[at..];
            if (!part.StartsWith("%25"u8) && !part.StartsWith("%3A"u8)) return false;
            part = part[3..];
        }

        return true;
    }
}
