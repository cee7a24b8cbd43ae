using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Which of a cluster's slots a key belongs to: CRC-16 (XMODEM) of it, or of what stands in its first braces.
/// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model</summary>
internal static class HashSlot
{
    internal const int Count = 16384;

    private static readonly ushort[] Table = MakeTable();

    internal static int Of(string key)
    {
        var room = key.Length <= 256 ? stackalloc byte[768] : new byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        return Of(room[..Encoding.UTF8.GetBytes(key, room)]);
    }

    internal static int Of(ReadOnlySpan<byte> key)
    {
        if (key.IndexOf((byte)'{') is var open and >= 0 && key[(open + 1)..].IndexOf((byte)'}') is var length and > 0)
            key = key.Slice(open + 1, length);
        ushort crc = 0;
        foreach (var letter in key) crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ letter]);
        return crc & (Count - 1);
    }

    private static ushort[] MakeTable()
    {
        const int Polynomial = 0x1021;
        var table = new ushort[256];
        for (var index = 0; index < table.Length; index++)
        {
            var crc = index << 8;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            table[index] = (ushort)crc;
        }

        return table;
    }
}
