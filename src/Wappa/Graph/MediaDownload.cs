using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Wappa.Graph;

/// <summary>Copies a file, no more of it than asked for, and compares its bytes with what WhatsApp announced.</summary>
/// <param name="info">What was announced.</param>
/// <param name="maxBytes">The most that is copied.</param>
/// <param name="deadline">Begins again with every piece: a large file may take long, but must not stand still.</param>
internal sealed class MediaDownload(MediaInfo info, long maxBytes, CallDeadline deadline)
{
    internal const int MaxErrorBytes = 1 << 16;
    private const int BufferSize = 1 << 16;

    internal static InvalidDataException TooLarge(long maxBytes) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The file has more than {maxBytes} bytes, the most this download takes. Raise maxBytes, or tell the user."));

    internal async Task CopyAsync(HttpContent content, Stream destination)
    {
        if (content.Headers.ContentLength > maxBytes) throw TooLarge(maxBytes);
        var source = await content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
        await using var _ = source.ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var total = 0L;
            int read;
            while ((read = await ReadAsync(source, buffer).ConfigureAwait(false)) > 0)
            {
                total += read;
                if (total > maxBytes) throw TooLarge(maxBytes);
                hash.AppendData(buffer, 0, read);
                await destination.WriteAsync(buffer.AsMemory(0, read), deadline.Token).ConfigureAwait(false);
                deadline.Extend();
            }

            ThrowIfOther(hash, total);
        }
        finally
        {
            // What people send does not stay behind in a buffer that others rent.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // Only here: the same exception from the destination is a full disk and not WhatsApp's fault.
    private async ValueTask<int> ReadAsync(Stream source, byte[] buffer)
    {
        try
        {
            return await source.ReadAsync(buffer, deadline.Token).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            var reason = (error as HttpIOException)?.HttpRequestError ?? HttpRequestError.ResponseEnded;
            throw GraphFailure.Unreachable(new(reason, error.Message, error), isMessage: false);
        }
    }

    private void ThrowIfOther(IncrementalHash hash, long total)
    {
        if (info.Size is { } size && size != total)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The file has {total} bytes, but WhatsApp announced {size}. Throw away what was written and try again."));
        }

        if (info.Sha256 is null || IsSame(info.Sha256, hash.GetHashAndReset())) return;
        throw new InvalidDataException(
            "The bytes of the file are not those WhatsApp announced: their SHA-256 is another. Throw away what was " +
            "written and try again.");
    }

    // Hexadecimal digits here, Base64 in webhooks, and nobody promises that it stays so.
    private static bool IsSame(string expected, ReadOnlySpan<byte> actual) =>
        expected.Equals(Convert.ToHexString(actual), StringComparison.OrdinalIgnoreCase) ||
        expected.Equals(Convert.ToBase64String(actual), StringComparison.Ordinal);
}
