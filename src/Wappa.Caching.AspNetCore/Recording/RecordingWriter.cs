using System.IO.Pipelines;

namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>The body as a pipe.</summary>
internal sealed class RecordingWriter(RecordedBody body) : PipeWriter
{
    private int _flushed;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => IsPassing && body.Inner.Writer.CanGetUnflushedBytes
        ? body.Inner.Writer.UnflushedBytes
        : Math.Max(0, body.Bytes.Length - _flushed);

    private bool IsPassing => body is { IsPassing: true, IsDropping: false };

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        IsPassing ? body.Inner.Writer.GetMemory(sizeHint) : body.Bytes.Free(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) =>
        IsPassing ? body.Inner.Writer.GetSpan(sizeHint) : body.Bytes.Free(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (IsPassing) body.Inner.Writer.Advance(bytes);
        else body.Bytes.Advance(bytes);
    }

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await body.SettleAsync(cancellationToken).ConfigureAwait(false);
        if (IsPassing) return await body.Inner.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (body.IsDropping) body.Bytes.Clear();
        _flushed = body.Bytes.Length;
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (IsPassing) return body.Inner.Writer.WriteAsync(source, cancellationToken);
        body.Bytes.Write(source.Span);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        if (IsPassing) body.Inner.Writer.CancelPendingFlush();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (IsPassing) body.Inner.Writer.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) =>
        IsPassing ? body.Inner.Writer.CompleteAsync(exception) : ValueTask.CompletedTask;
}
