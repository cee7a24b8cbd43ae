using System.Numerics;
using System.Runtime.InteropServices;

namespace Wappa.Caching.Json.Files;

/// <summary>CRC-32C (Castagnoli), which processors compute by themselves.</summary>
internal static class Checksum
{
    /// <param name="bytes">What it is of.</param>
    /// <param name="seed">The checksum of what stands before it; 0: nothing.</param>
    internal static uint Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var crc = ~seed;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        foreach (var one in bytes[(bytes.Length & ~7)..]) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
