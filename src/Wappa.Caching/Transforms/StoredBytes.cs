using System.Buffers;

namespace Wappa.Caching.Transforms;

/// <summary>Bytes on their way into a store, which copies them: either the caller's or in a rented array.</summary>
internal readonly struct StoredBytes : IDisposable
{
    private readonly byte[]? _rented;

    internal StoredBytes(ReadOnlyMemory<byte> value) => Value = value;

    internal StoredBytes(byte[] rented, int length)
    {
        _rented = rented;
        Value = rented.AsMemory(0, length);
    }

    internal ReadOnlyMemory<byte> Value { get; }

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }
}
