using System.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>Reads keys as <see cref="KeyFactory.Default"/> writes them, the usual ones without detours.</summary>
internal static class RecordKeyText
{
    /// <returns>What <see cref="KeyFactory.TryParse"/> says.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> utf8, out RecordKey key)
    {
        key = default;
        if (utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~') || utf8.Contains((byte)'%'))
            return KeyFactory.Default.TryParse(Encoding.UTF8.GetString(utf8), out key);

        Span<Range> parts = stackalloc Range[5];
        var count = 0;
        foreach (var part in utf8.Split((byte)':'))
        {
            if (count == parts.Length || utf8[part].Length > CacheName.MaxLength) return false;
            parts[count++] = part;
        }

        if (count < 3 || utf8[parts[0]].IsEmpty || utf8[parts[2]].IsEmpty) return false;
        var tenant = Encoding.ASCII.GetString(utf8[parts[0]]);
        var second = Encoding.ASCII.GetString(utf8[parts[2]]);
        var last = count == 3 ? "" : Encoding.ASCII.GetString(utf8[parts[count - 1]]);
        var kind = utf8[parts[1]];
        RecordKey? read = count switch
        {
            3 when kind.SequenceEqual("user"u8) => RecordKey.User(tenant, second),
            4 when kind.SequenceEqual("user"u8) && last is not ("" or RecordKey.ProfileName) =>
                RecordKey.User(tenant, second, last),
            4 when kind.SequenceEqual("state"u8) && last.Length > 0 => RecordKey.State(tenant, last, second),
            5 when kind.SequenceEqual("df"u8) && utf8[parts[3]].SequenceEqual("pkid"u8) =>
                RecordKey.Table(tenant, last.Length == 0 ? TableKey.Table(second) : TableKey.Row(second, last)),
            _ => null,
        };
        key = read ?? default;
        return read is not null;
    }
}
