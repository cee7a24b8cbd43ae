using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Wappa.Caching.Keys;

/// <summary>Copies a part into a key and sees on the way whether it stands there as it is: printable ASCII and none of
/// <c>% : *</c>.</summary>
/// <remarks>A key is written for every look-up, of parts of a few characters. The library's search and copy are made for long texts; with a
/// call of each for every part, three parts cost as much as the look-up itself. This costs a third of it.</remarks>
internal static class PlainText
{
    /// <summary>Copies <paramref name="text"/> to <paramref name="destination"/>.</summary>
    /// <param name="text">1 character or more.</param>
    /// <param name="destination">At least as long.</param>
    /// <returns>False: it needs a closer look; what was copied means nothing.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryCopy(ReadOnlySpan<char> text, Span<char> destination)
    {
        if (text.Length > destination.Length) return false;
        ref var from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        ref var to = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(destination));
        return text.Length switch
        {
            > 16 => TryCopyLong(ref from, ref to, text.Length),
            >= 8 => TryCopyEightToSixteen(ref from, ref to, text.Length),
            >= 4 => TryCopyFourToSeven(ref from, ref to, text.Length),
            _ => TryCopyShort(text, destination),
        };
    }

    // The last sixteen overlap those before them, so that no tail is left; so do the halves of what is shorter.
    private static bool TryCopyLong(ref ushort from, ref ushort to, int length)
    {
        var last = (nuint)length - 16;
        var odd = Vector128<byte>.Zero;
        for (nuint at = 0; at < last; at += 16) odd |= Copy(ref from, ref to, at, at + 8);
        return (odd | Copy(ref from, ref to, last, last + 8)) == Vector128<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCopyEightToSixteen(ref ushort from, ref ushort to, int length) =>
        Copy(ref from, ref to, 0, (nuint)length - 8) == Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCopyFourToSeven(ref ushort from, ref ushort to, int length)
    {
        var first = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref from));
        var last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref from, length - 4)));
        Unsafe.WriteUnaligned(ref Unsafe.As<ushort, byte>(ref to), first);
        Unsafe.WriteUnaligned(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref to, length - 4)), last);
        var both = Vector128.Create(first, last).AsUInt16();
        return Odd(both, both) == Vector128<byte>.Zero;
    }

    private static bool TryCopyShort(ReadOnlySpan<char> text, Span<char> destination)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is < ' ' or > '~' or '%' or ':' or '*') return false;
            destination[i] = c;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Copy(ref ushort from, ref ushort to, nuint one, nuint other)
    {
        var eight = Vector128.LoadUnsafe(ref from, one);
        var more = Vector128.LoadUnsafe(ref from, other);
        eight.StoreUnsafe(ref to, one);
        more.StoreUnsafe(ref to, other);
        return Odd(eight, more);
    }

    // Zero where a character is plain. Two tables, one by each half of the byte: a character is odd if they share a bit. Bit 0: the rows
    // below ' ' and above ASCII; bit 1: '%' and '*'; bit 2: ':'; bit 3: DEL. What does not fit into a byte becomes 255.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Odd(Vector128<ushort> one, Vector128<ushort> other)
    {
        var text = Vector128.NarrowWithSaturation(one, other);
        var low = Vector128.Create((byte)1, 1, 1, 1, 1, 1 | 2, 1, 1, 1, 1, 1 | 2 | 4, 1, 1, 1, 1, 1 | 8);
        var high = Vector128.Create((byte)1, 1, 2, 4, 0, 0, 0, 8, 1, 1, 1, 1, 1, 1, 1, 1);
        return Vector128.ShuffleNative(low, text & Vector128.Create((byte)15)) & Vector128.ShuffleNative(high, text >>> 4);
    }
}
