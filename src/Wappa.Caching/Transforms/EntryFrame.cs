using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Wappa.Caching.Transforms;

/// <summary>What was done to a value. Its bits are written; they never change their meaning.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    Brotli = 1,
    Deflate = 2,
    Encrypted = 4,
    Compressed = Brotli | Deflate,
}

/// <summary>The form of a stored value that says itself what was done to it; <c>Transforms/README.md</c> has the layout.</summary>
/// <remarks>
/// A value without a frame is the value. A frame has a mark at both ends, and what carries either is taken for a frame: a truncated or
/// half overwritten one must be found damaged, and not be served as somebody's bytes. Both marks hold a byte no UTF-8 text has,
/// so JSON is never taken for a frame; other bytes are, once in 2^31, and are then given a frame when they are written.
/// </remarks>
internal readonly ref struct EntryFrame
{
    internal const int MarkBytes = 4;

    /// <summary>The largest value that is compressed, so that a damaged length cannot ask for more memory than this.</summary>
    internal const int MaxCompressed = 1 << 28;

    /// <summary>The most bytes a frame has besides its body.</summary>
    internal const int MaxOverhead =
        MarkBytes + 1 + LengthBytes + 1 + EntryKeyRing.MaxIdLength + EntryKey.NonceBytes + EntryKey.TagBytes + MarkBytes;

    private const int LengthBytes = 4;
    private const int ChecksumBytes = 4;
    private const byte Version = 1 << 4;
    private const byte VersionMask = 0xF0;

    private EntryFrame(FrameFlags flags, int length, ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> nonce, int header, ReadOnlySpan<byte> all)
    {
        Flags = flags;
        Length = length;
        KeyId = keyId;
        Nonce = nonce;
        Header = all[..header];
        var end = all.Length - MarkBytes - CheckBytes(flags);
        Body = all[header..end];
        Check = all[end..^MarkBytes];
    }

    internal FrameFlags Flags { get; }

    /// <summary>The length before compression; meaningless if it was not compressed.</summary>
    internal int Length { get; }

    internal ReadOnlySpan<byte> KeyId { get; }

    internal ReadOnlySpan<byte> Nonce { get; }

    /// <summary>All before the body.</summary>
    internal ReadOnlySpan<byte> Header { get; }

    internal ReadOnlySpan<byte> Body { get; }

    /// <summary>The cipher's tag, or the checksum of a frame that is not encrypted.</summary>
    internal ReadOnlySpan<byte> Check { get; }

    private static ReadOnlySpan<byte> Head => [0xF5, (byte)'W', (byte)'a', (byte)'p'];

    private static ReadOnlySpan<byte> Tail => [(byte)'p', (byte)'a', (byte)'W', 0xF5];

    /// <summary>Whether bytes are a frame or what is left of one.</summary>
    internal static bool IsFrame(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Head) || bytes.EndsWith(Tail);

    /// <summary>Finds the parts of a frame.</summary>
    /// <returns>False: it is damaged, or of a later version.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, out EntryFrame frame)
    {
        frame = default;
        if (!bytes.StartsWith(Head) || !bytes.EndsWith(Tail) || bytes.Length < (2 * MarkBytes) + 1) return false;
        var flags = (FrameFlags)(bytes[MarkBytes] & ~VersionMask);
        if ((bytes[MarkBytes] & VersionMask) != Version || flags > (FrameFlags.Compressed | FrameFlags.Encrypted)) return false;
        if ((flags & FrameFlags.Compressed) == FrameFlags.Compressed) return false;
        var reader = new Reader(bytes[..^MarkBytes], MarkBytes + 1);
        var length = 0;
        if ((flags & FrameFlags.Compressed) != 0)
        {
            if (!reader.TryTake(LengthBytes, out var written)) return false;
            length = BinaryPrimitives.ReadInt32LittleEndian(written);
            if (length is < 0 or > MaxCompressed) return false;
        }

        ReadOnlySpan<byte> keyId = default, nonce = default;
        if (flags.HasFlag(FrameFlags.Encrypted))
        {
            if (!reader.TryTake(1, out var idLength) || !reader.TryTake(idLength[0], out keyId) || !IsKeyId(keyId)) return false;
            if (!reader.TryTake(EntryKey.NonceBytes, out nonce)) return false;
        }

        if (reader.Left < CheckBytes(flags)) return false;
        frame = new EntryFrame(flags, length, keyId, nonce, reader.At, bytes);
        return true;
    }

    /// <summary>Writes the part before the body.</summary>
    /// <returns>How many bytes.</returns>
    internal static int WriteHeader(Span<byte> target, FrameFlags flags, int length, EntryKey? key, ReadOnlySpan<byte> nonce)
    {
        Head.CopyTo(target);
        target[MarkBytes] = (byte)(Version | (byte)flags);
        var at = MarkBytes + 1;
        if ((flags & FrameFlags.Compressed) != 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[at..], length);
            at += LengthBytes;
        }

        if (key is null) return at;
        target[at++] = (byte)key.AsciiId.Length;
        key.AsciiId.CopyTo(target[at..]);
        at += key.AsciiId.Length;
        nonce.CopyTo(target[at..]);
        return at + nonce.Length;
    }

    /// <summary>Writes the checksum and the mark at the end.</summary>
    /// <param name="frame">All of the frame's space.</param>
    /// <param name="at">Where the body ends.</param>
    /// <param name="key">The entry's key.</param>
    /// <returns>The frame's length.</returns>
    internal static int WriteChecksum(Span<byte> frame, int at, string key)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame[at..], Checksum(key, frame[..at]));
        return WriteTail(frame, at + ChecksumBytes);
    }

    internal static int WriteTail(Span<byte> frame, int at)
    {
        Tail.CopyTo(frame[at..]);
        return at + MarkBytes;
    }

    /// <summary>Whether a frame that is not encrypted is whole, and of this key.</summary>
    internal bool HasRightChecksum(string key, ReadOnlySpan<byte> all) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Check) == Checksum(key, all[..(Header.Length + Body.Length)]);

    private static int CheckBytes(FrameFlags flags) => flags.HasFlag(FrameFlags.Encrypted) ? EntryKey.TagBytes : ChecksumBytes;

    private static bool IsKeyId(ReadOnlySpan<byte> id)
    {
        if (id.Length is 0 or > EntryKeyRing.MaxIdLength) return false;
        foreach (var character in id)
        {
            if (!EntryKeyRing.IsIdCharacter((char)character)) return false;
        }

        return true;
    }

    // CRC-32C of the key and the bytes: it finds damage, and a value under another's key; it is no protection from intent.
    private static uint Checksum(string key, ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var character in key) crc = BitOperations.Crc32C(crc, (ushort)character);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes, int at)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        internal int At { get; private set; } = at;

        internal readonly int Left => _bytes.Length - At;

        internal bool TryTake(int count, out ReadOnlySpan<byte> taken)
        {
            taken = default;
            if (Left < count) return false;
            taken = _bytes.Slice(At, count);
            At += count;
            return true;
        }
    }
}
