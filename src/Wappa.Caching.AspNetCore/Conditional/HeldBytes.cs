using System.Buffers;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Bytes in one array of the pool, which grows by doubling: one hash and one write are all that is done with them.</summary>
internal struct HeldBytes
{
    private const int Smallest = 4096;

    private byte[]? _bytes;

    internal int Length { get; private set; }

    internal readonly ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <param name="data">What comes next.</param>
    /// <param name="expected">How many bytes there will be in all, if somebody said so.</param>
    internal void Append(ReadOnlySpan<byte> data, long? expected)
    {
        if (data.Length > (_bytes?.Length ?? 0) - Length) Grow(Length + data.Length, expected ?? 0);
        data.CopyTo(_bytes.AsSpan(Length));
        Length += data.Length;
    }

    /// <summary>Gives the array back; nobody reads it any more.</summary>
    internal void Return()
    {
        if (_bytes is { } bytes) ArrayPool<byte>.Shared.Return(bytes);
        _bytes = null;
        Length = 0;
    }

    private void Grow(int needed, long expected)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(Math.Max(needed, expected), Math.Max(Smallest, 2L * Length)));
        Written.Span.CopyTo(larger);
        var length = Length;
        Return();
        _bytes = larger;
        Length = length;
    }
}
