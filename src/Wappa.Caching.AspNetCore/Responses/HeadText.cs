using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>Writes the head of a stored response.</summary>
internal readonly struct HeadWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public HeadWriter()
    {
    }

    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal void Number(int number)
    {
        var left = (uint)number;
        for (; left > 0x7F; left >>= 7) Byte((byte)(left | 0x80));
        Byte((byte)left);
    }

    internal void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Number(length);
        _bytes.Advance(Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length)));
    }

    internal void Headers(KeyValuePair<string, StringValues>[] headers)
    {
        Number(headers.Length);
        foreach (var (name, values) in headers)
        {
            Text(name);
            Number(values.Count);
            foreach (var value in values) Text(value ?? "");
        }
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}

/// <summary>Reads what <see cref="HeadWriter"/> wrote. Whatever is not that ends in an exception, never in a large allocation.</summary>
internal ref struct HeadReader(ReadOnlySpan<byte> head)
{
    private ReadOnlySpan<byte> _rest = head;

    /// <summary>Of the whole head.</summary>
    internal int Length { get; } = head.Length;

    internal int Number()
    {
        var number = 0u;
        for (var shift = 0; shift < 28; shift += 7)
        {
            var next = _rest[0];
            _rest = _rest[1..];
            number |= (uint)(next & 0x7F) << shift;
            if (next < 0x80) return (int)number;
        }

        throw new ArgumentException("A number is too long.");
    }

    internal string Text()
    {
        var length = Number();
        var text = Encoding.UTF8.GetString(_rest[..length]);
        _rest = _rest[length..];
        return text;
    }

    internal string[] Texts()
    {
        var texts = new string[Count()];
        for (var i = 0; i < texts.Length; i++) texts[i] = Text();
        return texts;
    }

    internal KeyValuePair<string, StringValues>[] Headers()
    {
        var headers = new KeyValuePair<string, StringValues>[Count()];
        for (var i = 0; i < headers.Length; i++)
        {
            var name = Text();
            var values = Texts();
            headers[i] = new(name, values.Length == 1 ? new StringValues(values[0]) : new StringValues(values));
        }

        return headers;
    }

    // Each takes a byte at least.
    private int Count() => Number() is var count && count <= _rest.Length ? count : throw new ArgumentException("Too many.");
}

/// <summary>The array behind a memory.</summary>
internal static class WholeArray
{
    /// <returns>The array, if the memory is all of it.</returns>
    internal static byte[]? TryGetWhole(this ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var part) && part.Array is { } array && array.Length == part.Count && part.Count > 0
            ? array
            : null;
}
