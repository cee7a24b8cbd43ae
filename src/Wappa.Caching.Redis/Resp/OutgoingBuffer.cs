using System.Buffers;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Bytes on their way to the socket: commands are written here and nowhere else before. Not thread-safe: the wire's
/// gate guards the open one.</summary>
internal sealed class OutgoingBuffer
{
    private const int FirstSize = 16 << 10;
    private const int LargestKept = 256 << 10;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>The free room behind what is written, at least as large as asked for.</summary>
    internal Span<byte> Room(int atLeast)
    {
        if (_bytes.Length - Length < atLeast) Grow(atLeast);
        return _bytes.AsSpan(Length);
    }

    internal void Advance(int count) => Length += count;

    /// <summary>Takes back what was written behind a length.</summary>
    internal void CutTo(int length) => Length = length;

    /// <summary>Empties it; a buffer grown large for one command gives its room back.</summary>
    internal void Clear()
    {
        Length = 0;
        if (_bytes.Length <= LargestKept) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);
    }

    private void Grow(int atLeast)
    {
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + atLeast), (int)Math.Min(_bytes.Length * 2L, Array.MaxLength)));
        _bytes.AsSpan(0, Length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = grown;
    }
}
