using System.Buffers;

namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>The body while it is made, in an array of the pool. Not thread-safe, as a response is not.</summary>
internal sealed class RecordedBytes : IDisposable
{
    private const int First = 4096;

    private byte[] _bytes = [];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    internal Memory<byte> Free(int atLeast)
    {
        Grow(Math.Max(atLeast, 1));
        return _bytes.AsMemory(Length);
    }

    internal void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_bytes.Length - Length), nameof(bytes));
        Length += bytes;
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        bytes.CopyTo(Free(bytes.Length).Span);
        Length += bytes.Length;
    }

    internal void Clear() => Length = 0;

    /// <summary>Gives the array back; nobody may hold a part of it any more.</summary>
    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Length = 0;
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Grow(int atLeast)
    {
        if (_bytes.Length - Length >= atLeast) return;
        var wanted = Math.Max((long)Length + atLeast, Math.Max(First, 2L * Length));
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, wanted));
        Written.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
