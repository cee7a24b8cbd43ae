namespace Wappa.Caching.Json.Files;

/// <summary>A byte buffer that grows and is used again.</summary>
internal sealed class FileBuffer
{
    private byte[] _bytes = new byte[4096];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    /// <summary>Room for at least so many more bytes; say with <see cref="Advance"/> how many came.</summary>
    internal Span<byte> Free(int atLeast)
    {
        if (_bytes.Length - Length < atLeast)
        {
            var doubled = (int)Math.Min(_bytes.Length * 2L, Array.MaxLength);
            Array.Resize(ref _bytes, Math.Max(doubled, checked(Length + atLeast)));
        }

        return _bytes.AsSpan(Length);
    }

    internal void Advance(int count) => Length += count;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }
}
