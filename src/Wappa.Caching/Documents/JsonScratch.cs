using System.Buffers;
using System.Text.Json;

namespace Wappa.Caching.Documents;

/// <summary>A writer and its buffer, one per thread, so that a write allocates only the bytes it keeps.</summary>
internal sealed class JsonScratch : IDisposable
{
    // A buffer grown by one huge record is let go rather than held by the thread for ever.
    private const int KeepUpTo = 1 << 20;

    [ThreadStatic]
    private static JsonScratch? _idle;

    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    private JsonScratch(JsonWriterOptions options) => Writer = new Utf8JsonWriter(_buffer, options);

    internal Utf8JsonWriter Writer { get; }

    internal ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return _buffer.WrittenSpan;
        }
    }

    // A converter that itself uses a cache while it writes finds no idle scratch and gets a second one.
    internal static JsonScratch Rent(JsonWriterOptions options)
    {
        var scratch = _idle ?? new JsonScratch(options);
        _idle = null;
        return scratch;
    }

    public void Dispose()
    {
        _buffer.ResetWrittenCount();
        if (_buffer.Capacity > KeepUpTo)
        {
            Writer.Dispose();
            return;
        }

        Writer.Reset();
        _idle = this;
    }
}
