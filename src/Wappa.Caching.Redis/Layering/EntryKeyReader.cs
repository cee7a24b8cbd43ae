using System.Text;

namespace Wappa.Caching.Redis.Layering;

/// <summary>What a key of the store of entries stands for.</summary>
internal enum EntryKeyKind : byte
{
    /// <summary>Something else: loads, fences, locks, another program's.</summary>
    None,

    /// <summary>An entry.</summary>
    Entry,

    /// <summary>The version of a tag.</summary>
    Tag,
}

/// <summary>Reads the Redis keys of entries and tags back. What stands where: the README of the package.</summary>
internal sealed class EntryKeyReader(string keyPrefix, bool isCluster)
{
    private const string TagMark = "%tag:";
    private const string OddOnCluster = "%b:{%}";

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(keyPrefix);

    /// <param name="key">The key as Redis has it.</param>
    /// <param name="name">The entry's key, or the tag; empty for <see cref="EntryKeyKind.None"/>.</param>
    internal EntryKeyKind Read(ReadOnlySpan<byte> key, out string name)
    {
        name = "";
        if (!key.StartsWith(_prefix)) return EntryKeyKind.None;
        key = key[_prefix.Length..];
        if (key.IsEmpty) return EntryKeyKind.None;
        if (key.StartsWith("%tag:"u8))
        {
            name = Encoding.UTF8.GetString(key[TagMark.Length..]);
            return EntryKeyKind.Tag;
        }

        // Most keys of our own besides entries begin with one percent sign: known before any text is made of them.
        var isOdd = key[0] == '%';
        if (isOdd && !(isCluster ? key.StartsWith("%b:{%}"u8) : key.StartsWith("%%"u8))) return EntryKeyKind.None;
        if (!isOdd && isCluster && (key.Length < 3 || key[0] != '{' || key[^1] != '}')) return EntryKeyKind.None;
        name = Encoding.UTF8.GetString((isOdd, isCluster) switch
        {
            (true, true) => key[OddOnCluster.Length..],
            (true, false) => key[1..],
            (false, true) => key[1..^1],
            _ => key,
        });
        return name.Length == 0 ? EntryKeyKind.None : EntryKeyKind.Entry;
    }
}
