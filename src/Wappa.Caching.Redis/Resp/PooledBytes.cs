using System.Buffers;

namespace Wappa.Caching.Redis.Resp;

/// <summary>A value copied out of the receive buffer into a rented array. Dispose it once, when done with its bytes; a copy of
/// the struct shares the array.</summary>
internal readonly struct PooledBytes : IDisposable
{
    private readonly byte[]? _array;
    private readonly int _length;

    private PooledBytes(byte[] array, int length)
    {
        _array = array;
        _length = length;
    }

    /// <summary>The key was missing. An empty value is not null.</summary>
    public bool IsNull => _array is null;

    /// <summary>The value; empty when missing.</summary>
    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, _length);

    /// <summary>The value; empty when missing.</summary>
    public ReadOnlySpan<byte> Span => _array.AsSpan(0, _length);

    internal static PooledBytes Copy(ReadOnlySpan<byte> bytes)
    {
        var array = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(array);
        return new PooledBytes(array, bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_array is not null) ArrayPool<byte>.Shared.Return(_array);
    }
}
