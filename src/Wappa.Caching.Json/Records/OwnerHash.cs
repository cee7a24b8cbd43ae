using System.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>One number for all records of a user, or of a table, made from names and from escaped file names alike. It
/// stands in shortened file names, so it never changes: FNV-1a over the UTF-8 bytes, with a last mix.</summary>
/// <remarks>Anyone can make two owners collide. All that costs is a look at the other's file names.</remarks>
internal struct OwnerHash
{
    private uint _state;

    /// <param name="kind">States and user records of one person have the same number, a table of that name
    /// another.</param>
    internal OwnerHash(RecordKind kind) => _state = kind == RecordKind.Table ? 0x811C9DC5u ^ 0xFFFF : 0x811C9DC5u;

    internal static int Of(RecordKind kind, string tenant, string owner)
    {
        var hash = new OwnerHash(kind);
        hash.Add(tenant);
        hash.End();
        hash.Add(owner);
        return hash.Value;
    }

    internal static int OfEscaped(RecordKind kind, ReadOnlySpan<char> tenant, ReadOnlySpan<char> owner)
    {
        var hash = new OwnerHash(kind);
        while (!tenant.IsEmpty) hash.Add((byte)FileNameText.TakeByte(ref tenant));
        hash.End();
        while (!owner.IsEmpty) hash.Add((byte)FileNameText.TakeByte(ref owner));
        return hash.Value;
    }

    /// <param name="kind">The kind.</param>
    /// <param name="tenant">As it stands in a key: <c>%25</c> and <c>%3A</c> are one character.</param>
    /// <param name="owner">Likewise.</param>
    internal static int OfKeyParts(RecordKind kind, ReadOnlySpan<byte> tenant, ReadOnlySpan<byte> owner)
    {
        var hash = new OwnerHash(kind);
        hash.AddKeyPart(tenant);
        hash.End();
        hash.AddKeyPart(owner);
        return hash.Value;
    }

    internal readonly int Value
    {
        get
        {
            var mixed = (_state ^ (_state >> 16)) * 0x85EBCA6Bu;
            mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35u;
            return (int)(mixed ^ (mixed >> 16));
        }
    }

    private void Add(byte next) => _state = (_state ^ next) * 0x01000193u;

    // No byte of UTF-8: ("a", "bc") and ("ab", "c") differ.
    private void End() => Add(0xFF);

    private void AddKeyPart(ReadOnlySpan<byte> part)
    {
        while (!part.IsEmpty)
        {
            var escaped = part[0] == '%';
            Add(!escaped ? part[0] : part.StartsWith("%25"u8) ? (byte)'%' : (byte)':');
            part = part[(escaped ? 3 : 1)..];
        }
    }

    private void Add(string text)
    {
        Span<byte> utf8 = stackalloc byte[CacheName.MaxLength * 3];
        foreach (var next in utf8[..Encoding.UTF8.GetBytes(text, utf8)]) Add(next);
    }
}
