using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Wappa.Webhooks;

/// <summary>A request's body in one rented piece, or the fact that it is too large.</summary>
internal struct PooledBody : IDisposable
{
    /// <summary>WhatsApp's own limit.</summary>
    internal const int MaxBytes = 3 * 1024 * 1024;

    /// <summary>How much of a body that is too large is read, so that its sender sees the answer and not a
    /// reset.</summary>
    internal const int MaxDrainedBytes = 8 * 1024 * 1024;

    private const int FirstSize = 4096;

    private byte[] _buffer;
    private int _length;

    internal bool IsTooLarge { get; private set; }

    internal readonly ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    internal static async ValueTask<PooledBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        var announced = request.ContentLength;
        if (announced > MaxBytes) return await DrainAsync(reader, 0, cancellationToken).ConfigureAwait(false);
        var body = new PooledBody { _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)(announced ?? FirstSize))) };
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (body._length + result.Buffer.Length > MaxBytes)
                {
                    var read = body._length + result.Buffer.Length;
                    reader.AdvanceTo(result.Buffer.End);
                    body.Dispose();
                    return await DrainAsync(reader, read, cancellationToken).ConfigureAwait(false);
                }

                body.Append(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    // Bytes of people: nobody who rents the buffer next shall find them.
    public void Dispose()
    {
        if (_buffer is null) return;
        _buffer.AsSpan(0, _length).Clear();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null!;
    }

    private static async ValueTask<PooledBody> DrainAsync(
        PipeReader reader, long read, CancellationToken cancellationToken)
    {
        for (var done = false; !done && read < MaxDrainedBytes;)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            read += result.Buffer.Length;
            done = result.IsCompleted;
            reader.AdvanceTo(result.Buffer.End);
        }

        return new() { IsTooLarge = true };
    }

    private void Append(in ReadOnlySequence<byte> bytes)
    {
        var needed = _length + (int)bytes.Length;
        if (needed > _buffer.Length) Grow(needed);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length = needed;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(MaxBytes, Math.Max(needed, _buffer.Length * 2)));
        Span.CopyTo(larger);
        var length = _length;
        Dispose();
        (_buffer, _length) = (larger, length);
    }
}
