using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>Where a handler's body goes: into memory, and from the moment it turns out not to be storable on to the client, what was
/// held back first. One response, one writer at a time, as everywhere.</summary>
/// <param name="inner">The client; null: there is none, as the response is made in the background.</param>
/// <param name="limit">How many bytes are held.</param>
/// <param name="recording">Told when a response begins and when it is given up.</param>
internal sealed class RecordedBody(IHttpResponseBodyFeature? inner, int limit, IRecording recording) : IHttpResponseBodyFeature, IDisposable
{
    private readonly RecordedBytes _bytes = new();
    private RecordingStream? _stream;
    private RecordingWriter? _writer;

    /// <inheritdoc/>
    public Stream Stream => _stream ??= new RecordingStream(this);

    /// <inheritdoc/>
    public PipeWriter Writer => _writer ??= new RecordingWriter(this);

    /// <summary>Whether the client gets the body as it is made.</summary>
    internal bool IsPassing { get; private set; }

    /// <summary>Whether there is no client and the body goes nowhere.</summary>
    internal bool IsDropping { get; private set; }

    /// <summary>What is held.</summary>
    internal RecordedBytes Bytes => _bytes;

    internal IHttpResponseBodyFeature Inner => inner!;

    internal bool IsTooLong => _bytes.Length > limit;

    /// <summary>A handler that calls this means to stream.</summary>
    public void DisableBuffering()
    {
        recording.IsStreaming = true;
        inner?.DisableBuffering();
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsPassing) await Inner.StartAsync(cancellationToken).ConfigureAwait(false);
        else await recording.BeginAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => IsPassing
        ? Inner.SendFileAsync(path, offset, count, cancellationToken)
        : SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        if (IsPassing) await Inner.CompleteAsync().ConfigureAwait(false);
        else await recording.BeginAsync().ConfigureAwait(false);
    }

    /// <summary>After a write or at a flush: the response begins, and goes on to the client if it cannot be stored.</summary>
    internal async ValueTask SettleAsync(CancellationToken cancellationToken)
    {
        if (IsPassing) return;
        await recording.BeginAsync().ConfigureAwait(false);
        if (IsTooLong || recording.IsStreaming) await PassAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for one who cannot wait: writes without waiting, which the server allows or not, as it does without a
    /// cache.</summary>
    internal void SettleNow()
    {
        if (IsPassing || !(IsTooLong || recording.IsStreaming)) return;
        recording.GiveUp();
        IsPassing = true;
        IsDropping = inner is null;
        if (!IsDropping) Inner.Stream.Write(_bytes.Written.Span);
        _bytes.Clear();
    }

    /// <summary>From here on the client gets what is written as it is written.</summary>
    internal async ValueTask PassAsync(CancellationToken cancellationToken)
    {
        recording.GiveUp();
        IsPassing = true;
        IsDropping = inner is null;
        if (!IsDropping) await Inner.Writer.WriteAsync(_bytes.Written, cancellationToken).ConfigureAwait(false);
        _bytes.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();
}
