using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Wappa.Caching.Json.Files;

/// <summary>CRC-32C (Castagnoli), the one of iSCSI and ext4: one changed bit, or a burst of up to 32, is always seen.
/// It finds damage, not forgery.</summary>
internal static class Checksum
{
    /// <param name="bytes">What it covers.</param>
    /// <param name="seed">The checksum of what stands before: <c>Of(b, Of(a))</c> is that of a and b in a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // an opening runs it once, a million times
    internal static uint Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var crc = ~seed;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var last in bytes) crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }
}
