namespace Wappa.Caching.Loading;

/// <summary>How values become bytes where it is not the context's serializer that says so.</summary>
internal interface IValueFormat<T>
{
    /// <exception cref="CacheSerializationException">The value has no form.</exception>
    byte[] Encode(T value);

    /// <exception cref="CacheSerializationException">The bytes are not what <see cref="Encode"/> writes.</exception>
    T? Decode(ReadOnlyMemory<byte> bytes);
}
