using System.Text;
using Wappa.Caching.Redis.Records;

namespace Wappa.Caching.Redis.Layering;

/// <summary>Reads Redis keys back: the inverse of <see cref="RecordLayout.KeyOf"/>. Keys of indexes, of entries and of other programs are
/// no records.</summary>
internal sealed class RecordKeyReader(RecordStoreOptions options, bool isCluster)
{
    // A longer text cannot be a record's key: prefix, three parts of 256 characters, each at most four bytes or escaped as three, and
    // words.
    private const int LongestKey = 8192;

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(options.KeyPrefix);

    // Stands between table and record in plain keys and is left out on a cluster.
    private readonly string _marker = options.Keys.Key(RecordKey.Table("t", TableKey.Row("t", "r"))).Split(':')[3];

    internal bool TryRead(ReadOnlySpan<byte> key, out RecordKey record)
    {
        record = default;
        if (key.Length > LongestKey || !key.StartsWith(_prefix)) return false;
        var text = Encoding.UTF8.GetString(key[_prefix.Length..]);
        return isCluster ? TryReadTagged(text, out record) : options.Keys.TryParse(text, out record);
    }

    // The same parts in another order: put back in the plain one, where the factory reads them, and compared with what it writes.
    private bool TryReadTagged(string text, out RecordKey record)
    {
        record = default;
        var end = text.IndexOf("}:", StringComparison.Ordinal);
        if (end < 0 || text[0] != '{') return false;
        var tag = text[1..end].Split(':');
        var rest = text[(end + 2)..].Split(':');
        return (tag, rest) switch
        {
            ([var tenant, var user], [var kind]) => IsKey(text, $"{tenant}:{kind}:{user}", out record),
            ([var tenant, var user], [var kind, var name]) =>
                IsKey(text, $"{tenant}:{kind}:{user}:{name}", out record) || IsKey(text, $"{tenant}:{kind}:{name}:{user}", out record),
            ([var tenant, var table, var row], [var kind]) => IsKey(text, $"{tenant}:{kind}:{table}:{_marker}:{row}", out record),
            _ => false,
        };
    }

    private bool IsKey(string text, string plain, out RecordKey record)
    {
        // In a cluster's keys braces are escaped too. A percent sign always is, so this text cannot come from anything else.
        plain = plain.Replace("%7B", "{", StringComparison.Ordinal).Replace("%7D", "}", StringComparison.Ordinal);
        return options.Keys.TryParse(plain, out record) && options.Keys.ClusterKey(record) == text;
    }
}
