using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Wappa.Graph;

/// <summary>A file on its way up, read once, and refused where it becomes too large: a stream need not know its length
/// beforehand.</summary>
internal sealed class BoundedContent : HttpContent
{
    private const int BufferSize = 1 << 16;

    private readonly Stream _content;
    private readonly string _field = $"{nameof(MediaUpload)}.{nameof(MediaUpload.Content)}";
    private readonly long _max;
    private readonly long? _length;

    internal BoundedContent(MediaUpload upload, long max)
    {
        _content = upload.Content;
        _max = max;
        _length = _content.CanSeek ? _content.Length - _content.Position : null;
        if (_length > max) throw MediaRules.TooLarge(_field, max);
        if (_length is 0) throw new InvalidMessageException(_field, "is at its end: there is nothing to send.", "Rewind it.");
        Headers.ContentType = MediaTypeHeaderValue.TryParse(upload.MimeType, out var type)
            ? type
            : throw new InvalidMessageException(
                $"{nameof(MediaUpload)}.{nameof(MediaUpload.MimeType)}", "is no MIME type.", "Use one such as image/jpeg.");
    }

    /// <summary>Called after each piece.</summary>
    internal Action? Progressed { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var total = 0L;
            int read;
            while ((read = await ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                total += read;
                if (total > _max) throw MediaRules.TooLarge(_field, _max);
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                Progressed?.Invoke();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The HTTP client would take the file's failure for the connection's.
    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new InvalidDataException($"{_field} cannot be read. Nothing was uploaded.", error);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length ?? 0;
        return _length is not null;
    }
}
