using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Wappa.Inbox;

/// <summary>128 bits that stand for the identity of a delivered item. Of a million items two different ones share a
/// fingerprint with a probability below 10^-20; the ids themselves would take ten times the memory. Default: no
/// identity.</summary>
internal readonly record struct Fingerprint(ulong Low, ulong High)
{
    /// <summary>What a user's mailbox keeps of it: 64 bits, since it compares the items of one user only.</summary>
    internal ulong Key => Low;

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>The inverse of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    internal static Fingerprint Parse(string text)
    {
        var bits = UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new((ulong)bits, (ulong)(bits >> 64));
    }

    /// <summary>An identity for an item that has none.</summary>
    internal static Fingerprint NewUnique()
    {
        var bits = Guid.NewGuid().ToByteArray();
        return new(BinaryPrimitives.ReadUInt64LittleEndian(bits), BinaryPrimitives.ReadUInt64LittleEndian(bits.AsSpan(8)) | 1);
    }
}

/// <summary>Folds the parts of an identity into a <see cref="Fingerprint"/>. Parts keep their borders:
/// ("ab", "c") and ("a", "bc") differ. The values are stored: they never change.</summary>
internal ref struct FingerprintBuilder
{
    private const ulong OddLow = 0x9E3779B97F4A7C15;
    private const ulong OddHigh = 0xD6E8FEB86659FD93;

    private const ulong SeedLow = 0xA0761D6478BD642F;
    private const ulong SeedHigh = 0xE7037ED1A0B428DB;

    private ulong _low = SeedLow;
    private ulong _high = SeedHigh;

    public FingerprintBuilder()
    {
    }

    internal FingerprintBuilder Add(string? part) => Add(MemoryMarshal.AsBytes(part.AsSpan()));

    internal FingerprintBuilder Add(long part)
    {
        Mix((ulong)part);
        return this;
    }

    internal FingerprintBuilder Add(ReadOnlySpan<byte> part)
    {
        Mix((ulong)part.Length);
        for (; part.Length >= sizeof(ulong); part = part[sizeof(ulong)..]) Mix(BinaryPrimitives.ReadUInt64LittleEndian(part));
        if (part.IsEmpty) return this;
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        part.CopyTo(last);
        Mix(BinaryPrimitives.ReadUInt64LittleEndian(last));
        return this;
    }

    // The default value is kept free: it means "has no identity".
    internal readonly Fingerprint ToFingerprint() => new(Fold(_low, OddHigh), Fold(_high, OddLow) | 1);

    // A 64 x 64 bit product folded in half spreads each input bit over the whole word; two chains with different
    // constants and seeds make two independent halves. Not for adversaries: whoever may post here holds the app secret.
    private void Mix(ulong word)
    {
        _low = Fold(_low ^ word, OddLow) + OddHigh;
        _high = Fold(_high + word, OddHigh) ^ word;
    }

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
