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
            >= 8 => TryCopyLong(ref from, ref to, text.Length),
            >= 4 => TryCopyFourToSeven(ref from, ref to, text.Length),
            _ => TryCopyShort(text, destination),
        };
    }

    // The last eight overlap those before them, so that no tail is left.
    private static bool TryCopyLong(ref ushort from, ref ushort to, int length)
    {
        var last = (nuint)length - 8;
        var odd = Vector128<ushort>.Zero;
        for (nuint at = 0; at < last; at += 8)
        {
            var eight = Vector128.LoadUnsafe(ref from, at);
            odd |= Odd(eight);
            eight.StoreUnsafe(ref to, at);
        }

        var end = Vector128.LoadUnsafe(ref from, last);
        end.StoreUnsafe(ref to, last);
        return (odd | Odd(end)) == Vector128<ushort>.Zero;
    }

    private static bool TryCopyFourToSeven(ref ushort from, ref ushort to, int length)
    {
        var first = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref from));
        var last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref from, length - 4)));
        Unsafe.WriteUnaligned(ref Unsafe.As<ushort, byte>(ref to), first);
        Unsafe.WriteUnaligned(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref to, length - 4)), last);
        return Odd(Vector128.Create(first, last).AsUInt16()) == Vector128<ushort>.Zero;
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

    // Printable ASCII is 0x20 to 0x7E.
    private static Vector128<ushort> Odd(Vector128<ushort> text) =>
        Vector128.GreaterThan(text - Vector128.Create((ushort)' '), Vector128.Create((ushort)('~' - ' '))) |
        Vector128.Equals(text, Vector128.Create((ushort)'%')) |
        Vector128.Equals(text, Vector128.Create((ushort)':')) |
        Vector128.Equals(text, Vector128.Create((ushort)'*'));
}
