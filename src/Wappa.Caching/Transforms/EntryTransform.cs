using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Caching.Transforms;

/// <summary>What became of a stored value that was to be read.</summary>
internal enum Decoded
{
    /// <summary>It was read.</summary>
    Value,

    /// <summary>It is damaged, tampered with, or was stored under another key.</summary>
    Corrupt,

    /// <summary>The ring does not have the key it was encrypted with.</summary>
    UnknownKey,

    /// <summary>It is not encrypted, and only what is may be read.</summary>
    Unencrypted,
}

/// <summary>Values to stored bytes and back: compress, then encrypt, both if asked to. No state; any thread.</summary>
internal sealed class EntryTransform
{
    private readonly EntryCompressionOptions? _compression;
    private readonly EntryEncryptionOptions? _encryption;

    /// <param name="compression">Checked here; <see langword="null"/>: nothing is compressed.</param>
    /// <param name="encryption">Checked here; <see langword="null"/>: nothing is encrypted.</param>
    internal EntryTransform(EntryCompressionOptions? compression, EntryEncryptionOptions? encryption)
    {
        compression?.ThrowIfInvalid();
        encryption?.ThrowIfInvalid();
        _compression = compression;
        _encryption = encryption;
    }

    /// <summary>Makes what is stored.</summary>
    /// <returns>Is disposed of when the store has copied it.</returns>
    internal StoredBytes Encode(string key, ReadOnlyMemory<byte> value)
    {
        var sealing = _encryption is { EncryptWrites: true } ? _encryption.Keys.Newest : null;
        var compressed = Compress(value.Span, out var rented);
        if (compressed == 0 && sealing is null && !EntryFrame.IsFrame(value.Span)) return new StoredBytes(value);
        try
        {
            var body = compressed == 0 ? value.Span : rented.AsSpan(0, compressed);
            var flags = (compressed == 0 ? FrameFlags.None : FlagOf(_compression!.Algorithm)) |
                (sealing is null ? FrameFlags.None : FrameFlags.Encrypted);
            return sealing is null
                ? Frame(key, body, flags, value.Length)
                : Seal(key, body, flags, value.Length, sealing);
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: sealing is not null);
        }
    }

    /// <summary>Reads what is stored.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="stored">The bytes.</param>
    /// <param name="value">The value; <paramref name="stored"/> itself if nothing was done to it.</param>
    /// <param name="keyId">The key's id, if it is unknown.</param>
    internal Decoded Decode(string key, ReadOnlyMemory<byte> stored, out ReadOnlyMemory<byte> value, out string? keyId)
    {
        (value, keyId) = (default, null);
        var bytes = stored.Span;
        var isFrame = EntryFrame.IsFrame(bytes);
        if (!isFrame && MayBePlain)
        {
            value = stored;
            return Decoded.Value;
        }

        if (!isFrame) return Decoded.Unencrypted;
        if (!EntryFrame.TryParse(bytes, out var frame)) return Decoded.Corrupt;
        if (frame.Flags.HasFlag(FrameFlags.Encrypted)) return Open(key, frame, out value, out keyId);
        if (!MayBePlain) return Decoded.Unencrypted;
        if (!frame.HasRightChecksum(key, bytes)) return Decoded.Corrupt;
        return Expand(frame, stored.Slice(frame.Header.Length, frame.Body.Length), isOwn: false, out value);
    }

    /// <summary>Whether stored bytes are the value as they are, under any key.</summary>
    internal bool IsPlain(ReadOnlySpan<byte> stored) => MayBePlain && !EntryFrame.IsFrame(stored);

    private bool MayBePlain => _encryption is null or { ReadUnencrypted: true };

    private static FrameFlags FlagOf(EntryCompression algorithm) =>
        algorithm == EntryCompression.Brotli ? FrameFlags.Brotli : FrameFlags.Deflate;

    private static Decoded Expand(in EntryFrame frame, ReadOnlyMemory<byte> body, bool isOwn, out ReadOnlyMemory<byte> value)
    {
        value = body;
        if ((frame.Flags & FrameFlags.Compressed) == 0) return Decoded.Value;
        try
        {
            var whole = EntryCompressor.TryDecompress(body, frame.Length, frame.Flags & FrameFlags.Compressed, out var plain);
            value = plain;
            return whole ? Decoded.Value : Decoded.Corrupt;
        }
        finally
        {
            if (isOwn) CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(body).Span);
        }
    }

    private int Compress(ReadOnlySpan<byte> value, out byte[]? rented)
    {
        rented = null;
        if (_compression is null || value.Length < _compression.Threshold || value.Length > EntryFrame.MaxCompressed) return 0;
        var room = value.Length - EntryFrame.MaxOverhead; // or the frame would be larger than the value
        if (room <= 0) return 0;
        rented = ArrayPool<byte>.Shared.Rent(room);
        var length = EntryCompressor.Compress(value, rented.AsSpan(0, room), _compression.Algorithm, _compression.Level);
        if (length > 0) return length;
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        rented = null;
        return 0;
    }

    private static StoredBytes Frame(string key, ReadOnlySpan<byte> body, FrameFlags flags, int length)
    {
        var frame = ArrayPool<byte>.Shared.Rent(body.Length + EntryFrame.MaxOverhead);
        var at = EntryFrame.WriteHeader(frame, flags, length, key: null, nonce: default);
        body.CopyTo(frame.AsSpan(at));
        return new StoredBytes(frame, EntryFrame.WriteChecksum(frame, at + body.Length, key));
    }

    private static StoredBytes Seal(string key, ReadOnlySpan<byte> body, FrameFlags flags, int length, EntryKey sealing)
    {
        Span<byte> nonce = stackalloc byte[EntryKey.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        var frame = ArrayPool<byte>.Shared.Rent(body.Length + EntryFrame.MaxOverhead);
        var at = EntryFrame.WriteHeader(frame, flags, length, sealing, nonce);
        using var associated = AssociatedData.Of(frame.AsSpan(0, at), key);
        var end = at + body.Length;
        sealing.Seal(nonce, body, associated.Bytes, frame.AsSpan(at, body.Length), frame.AsSpan(end, EntryKey.TagBytes));
        return new StoredBytes(frame, EntryFrame.WriteTail(frame, end + EntryKey.TagBytes));
    }

    private Decoded Open(string key, in EntryFrame frame, out ReadOnlyMemory<byte> value, out string? keyId)
    {
        (value, keyId) = (default, null);
        if (_encryption is null || !_encryption.Keys.TryFind(frame.KeyId, out var opening))
        {
            keyId = Encoding.ASCII.GetString(frame.KeyId);
            return Decoded.UnknownKey;
        }

        using var associated = AssociatedData.Of(frame.Header, key);
        var plain = GC.AllocateUninitializedArray<byte>(frame.Body.Length);
        return opening.TryOpen(frame.Nonce, frame.Body, frame.Check, associated.Bytes, plain)
            ? Expand(frame, plain, isOwn: true, out value)
            : Decoded.Corrupt;
    }

    /// <summary>The header and the entry's key, so that neither the flags nor the place of a value can be changed. The key as UTF-16,
    /// in which every key has bytes of its own, half of a surrogate pair included.</summary>
    private readonly ref struct AssociatedData
    {
        private readonly byte[] _rented;

        private AssociatedData(byte[] rented, int length)
        {
            _rented = rented;
            Bytes = rented.AsSpan(0, length);
        }

        internal ReadOnlySpan<byte> Bytes { get; }

        internal static AssociatedData Of(ReadOnlySpan<byte> header, string key)
        {
            var length = header.Length + (sizeof(char) * key.Length);
            var rented = ArrayPool<byte>.Shared.Rent(length);
            header.CopyTo(rented);
            WriteKey(key, rented.AsSpan(header.Length));
            return new AssociatedData(rented, length);
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);

        // Not Encoding.Unicode, which would write U+FFFD for half of a pair.
        private static void WriteKey(string key, Span<byte> target)
        {
            for (var i = 0; i < key.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(target[(sizeof(char) * i)..], key[i]);
        }
    }
}
