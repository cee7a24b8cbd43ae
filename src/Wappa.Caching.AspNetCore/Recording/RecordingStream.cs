namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>The body as a stream.</summary>
internal sealed class RecordingStream(RecordedBody body) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException("The body of a response has no length before its end.");

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException("The body of a response has no position.");
        set => throw new NotSupportedException("The body of a response has no position.");
    }

    private bool IsPassing => body is { IsPassing: true, IsDropping: false };

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsPassing)
        {
            body.Inner.Stream.Write(buffer);
            return;
        }

        if (body.IsDropping) return;
        body.Bytes.Write(buffer);
        body.SettleNow();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsPassing)
        {
            await body.Inner.Stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (body.IsDropping) return;
        body.Bytes.Write(buffer.Span);
        await body.SettleAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
        body.SettleNow();
        if (IsPassing) body.Inner.Stream.Flush();
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await body.SettleAsync(cancellationToken).ConfigureAwait(false);
        if (IsPassing) await body.Inner.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The body of a response is written.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        throw new NotSupportedException("The body of a response has no position.");

    /// <inheritdoc/>
    public override void SetLength(long value) =>
        throw new NotSupportedException("The body of a response has no length before its end.");
}
