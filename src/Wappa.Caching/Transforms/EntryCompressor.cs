using System.Buffers;
using System.IO.Compression;

namespace Wappa.Caching.Transforms;

/// <summary>Compresses into space that is there, and back into space of a known length.</summary>
internal static class EntryCompressor
{
    private const int BrotliWindow = 22;

    /// <summary>Compresses, if the result fits.</summary>
    /// <returns>Its length; 0: it did not fit, so nothing would be won.</returns>
    internal static int Compress(ReadOnlySpan<byte> plain, Span<byte> target, EntryCompression algorithm, CompressionLevel level)
    {
        if (algorithm == EntryCompression.Brotli)
            return BrotliEncoder.TryCompress(plain, target, out var written, BrotliQuality(level), BrotliWindow) ? written : 0;
        using var into = new FixedStream(ArrayPool<byte>.Shared.Rent(target.Length), target.Length);
        try
        {
            using (var deflate = new DeflateStream(into, level, leaveOpen: true)) deflate.Write(plain);
            if (into.IsOverrun) return 0;
            into.Written.CopyTo(target);
            return into.Written.Length;
        }
        finally
        {
            // It held what may be encrypted next.
            ArrayPool<byte>.Shared.Return(into.Buffer, clearArray: true);
        }
    }

    /// <summary>Decompresses.</summary>
    /// <param name="compressed">What <see cref="Compress"/> wrote.</param>
    /// <param name="length">The length the result must have.</param>
    /// <param name="algorithm">How it was compressed.</param>
    /// <param name="plain">The result.</param>
    /// <returns>False: it is damaged.</returns>
    internal static bool TryDecompress(ReadOnlyMemory<byte> compressed, int length, FrameFlags algorithm, out byte[] plain)
    {
        // One byte more than may come, so that a longer result shows. The length is what a checksum or a cipher's tag vouches for.
        plain = [];
        var rented = ArrayPool<byte>.Shared.Rent(length + 1);
        try
        {
            var written = algorithm == FrameFlags.Brotli
                ? Brotli(compressed.Span, rented.AsSpan(0, length + 1))
                : Deflate(compressed, rented.AsMemory(0, length + 1));
            if (written != length) return false;
            plain = rented.AsSpan(0, length).ToArray();
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static int Brotli(ReadOnlySpan<byte> compressed, Span<byte> target)
    {
        using var decoder = default(BrotliDecoder);
        var status = decoder.Decompress(compressed, target, out var consumed, out var written);
        return status == OperationStatus.Done && consumed == compressed.Length ? written : -1;
    }

    private static int Deflate(ReadOnlyMemory<byte> compressed, Memory<byte> target)
    {
        using var source = new ReadOnlyMemoryStream(compressed);
        using var deflate = new DeflateStream(source, CompressionMode.Decompress);
        try
        {
            return deflate.ReadAtLeast(target.Span, target.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            return -1;
        }
    }

    private static int BrotliQuality(CompressionLevel level) => level switch
    {
        CompressionLevel.NoCompression => 0,
        CompressionLevel.Fastest => 1,
        CompressionLevel.SmallestSize => 11,
        _ => 4,
    };
}
