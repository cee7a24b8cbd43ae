using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wappa.Caching.Memory;

/// <summary>The hash of a key, computed once for all that need one: the index, the fences and the frequency sketch.</summary>
/// <remarks>Thirty-two bytes a step, folded by a multiplication to 128 bits, as in wyhash and its kin: a third of the time of
/// <see cref="string.GetHashCode()"/> for keys of forty characters. The seed is a store's own and random, so that nobody can
/// choose keys that all fall into one bucket.</remarks>
internal static class KeyHash
{
    /// <summary>How many bits a hash has.</summary>
    internal const int Bits = 30;

    private const ulong Odd = 0x9E3779B97F4A7C15;
    private const ulong Dense = 0xD6E8FEB86659FD93; // a seed with few bits would make a multiplication by it mix little

    /// <summary>The hash: <see cref="Bits"/> bits.</summary>
    internal static uint Of(ReadOnlySpan<char> key, ulong seed)
    {
        ref var text = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(key));
        var length = (nuint)key.Length * sizeof(char);
        seed ^= Dense;
        var one = seed ^ (length * Odd);
        var other = seed + Odd;
        nuint at = 0;
        for (; at + 32 <= length; at += 32) // two folds that do not wait for each other
        {
            one = Fold(Read(ref text, at) ^ one, Read(ref text, at + 8) ^ seed);
            other = Fold(Read(ref text, at + 16) ^ other, Read(ref text, at + 24) ^ seed);
        }

        if (at + 16 < length) one = Fold(Read(ref text, at) ^ one, Read(ref text, at + 8) ^ seed);
        if (length >= 16) other = Fold(Read(ref text, length - 16) ^ other, Read(ref text, length - 8) ^ seed); // read twice, perhaps
        else if (length > 0) other = Short(key, other, seed);
        return (uint)(Fold(one ^ Odd, other ^ seed) >> (64 - Bits));
    }

    private static ulong Short(ReadOnlySpan<char> key, ulong hash, ulong seed)
    {
        ulong low = 0, high = 0;
        for (var i = 0; i < key.Length; i++)
        {
            if (i < 4) low |= (ulong)key[i] << (i * 16);
            else high |= (ulong)key[i] << ((i - 4) * 16);
        }

        return Fold(low ^ hash, high ^ seed);
    }

    private static ulong Read(ref byte text, nuint at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at));

    private static ulong Fold(ulong one, ulong other)
    {
        var high = Math.BigMul(one, other, out var low);
        return high ^ low;
    }
}
