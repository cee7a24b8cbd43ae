using System.Runtime.InteropServices;

namespace Wappa.Inbox;

/// <summary>128 bits that stand for the identity of a delivered item. Of a million items two different ones share a
/// fingerprint with a probability below 10^-20; the ids themselves would take ten times the memory. Default: no
/// identity.</summary>
internal readonly record struct Fingerprint(ulong Low, ulong High);

/// <summary>Folds the parts of an identity into a <see cref="Fingerprint"/>. Parts keep their borders:
/// ("ab", "c") and ("a", "bc") differ. The values hold for this process only.</summary>
internal ref struct FingerprintBuilder
{
    private const ulong OddLow = 0x9E3779B97F4A7C15;
    private const ulong OddHigh = 0xD6E8FEB86659FD93;

    private static readonly ulong SeedLow = (ulong)Random.Shared.NextInt64() | 1;
    private static readonly ulong SeedHigh = (ulong)Random.Shared.NextInt64() | 1;

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
        for (; part.Length >= sizeof(ulong); part = part[sizeof(ulong)..]) Mix(MemoryMarshal.Read<ulong>(part));
        if (part.IsEmpty) return this;
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        part.CopyTo(last);
        Mix(MemoryMarshal.Read<ulong>(last));
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
